namespace KafkaK8s.Quickstart;

/// <summary>Something without which the quickstart can't go on, said in words for its user.</summary>
internal sealed class QuickstartException(string message) : Exception(message);
