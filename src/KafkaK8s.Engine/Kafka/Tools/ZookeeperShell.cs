using System.Text;

namespace KafkaK8s.Engine.Kafka.Tools;

/// <summary>ZooKeeper, asked by its shell.</summary>
internal sealed class ZookeeperShell(ToolSession session)
{
    // The shell tries one server of the ensemble, a random one, and gives up when that one refuses.
    private const int MostAttempts = 3;

    /// <summary>Asks several questions in one run.</summary>
    /// <param name="zookeeper">The connect string.</param>
    /// <param name="questions">Commands, each with one path at its end.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <returns>One answer a question, null where the node isn't there.</returns>
    /// <exception cref="EngineException">ZooKeeper could not be reached, or its answer not be understood.</exception>
    public async Task<IReadOnlyList<string?>> AskAsync(string zookeeper, IReadOnlyList<string> questions, CancellationToken cancellation)
    {
        var command = ToolDialect.ZookeeperShell(zookeeper);
        var input = Encoding.UTF8.GetBytes(string.Concat(questions.Select(question => question + "\n")));
        for (var attempt = 1; ; attempt++)
        {
            var answer = await session.RunAsync(command, new MemoryStream(input), cancellation);
            if (ZookeeperShellReader.Read(questions, answer) is { } answers)
            {
                return answers;
            }

            if (attempt == MostAttempts)
            {
                throw ToolFailure.Of(command, answer, session.Access.Cluster.ToString());
            }
        }
    }
}
