using System.Numerics;

namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>The order in which a Java HashMap gives its keys: the tools print several things in it.</summary>
internal static class JavaHashOrder
{
    private const int DefaultCapacity = 16;

    /// <summary>Keys of a map that was made with room for a number of them.</summary>
    public static IEnumerable<string> Sized(IReadOnlyCollection<string> keys) =>
        Order(keys, Grown((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, keys.Count)), keys.Count));

    /// <summary>Some keys of a map that was filled without saying how many would come.</summary>
    public static IEnumerable<string> Growing(IEnumerable<string> keys, int count) => Order(keys, Grown(DefaultCapacity, count));

    private static IOrderedEnumerable<string> Order(IEnumerable<string> keys, int capacity) => keys.OrderBy(key => Spread(key) & (uint)(capacity - 1));

    // A map doubles when it is three quarters full.
    private static int Grown(int capacity, int count) => count > capacity * 3 / 4 ? Grown(capacity * 2, count) : capacity;

    private static uint Spread(string key)
    {
        unchecked
        {
            var hash = key.Aggregate(0u, (sum, character) => (sum * 31) + character);
            return hash ^ (hash >> 16);
        }
    }
}
