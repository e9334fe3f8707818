using System.Security.Cryptography;

namespace KafkaK8s.Sandbox.Api;

/// <summary>The five characters that Kubernetes appends to generated names.</summary>
internal static class RandomSuffix
{
    // No vowels and nothing that looks like another character, so that no word comes out.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static string Next() => RandomNumberGenerator.GetString(Alphabet, 5);
}
