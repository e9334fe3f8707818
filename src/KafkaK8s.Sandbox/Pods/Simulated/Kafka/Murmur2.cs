using System.Buffers.Binary;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>The hash by which Kafka's default partitioner places records with a key.</summary>
internal static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;

    /// <summary>The partition of a key.</summary>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)(Hash(key) & 0x7fffffff) % partitions;

    /// <summary>The 32-bit hash of some bytes.</summary>
    public static uint Hash(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var hash = Seed ^ (uint)data.Length;
            var rest = data;
            for (; rest.Length >= sizeof(uint); rest = rest[sizeof(uint)..])
            {
                var word = BinaryPrimitives.ReadUInt32LittleEndian(rest) * Multiplier;
                word = (word ^ (word >> 24)) * Multiplier;
                hash = (hash * Multiplier) ^ word;
            }

            if (rest.Length > 0)
            {
                for (var index = rest.Length - 1; index >= 0; index--)
                {
                    hash ^= (uint)rest[index] << (8 * index);
                }

                hash *= Multiplier;
            }

            hash = (hash ^ (hash >> 13)) * Multiplier;
            return hash ^ (hash >> 15);
        }
    }
}
