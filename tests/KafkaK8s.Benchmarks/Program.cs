using KafkaK8s.Benchmarks;
using KafkaK8s.Quickstart;

var parts = BuiltParts.Find(AppContext.BaseDirectory);

using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interruption.Cancel();
};

List<Figure> figures = [];
try
{
    await foreach (var figure in Suite.RunAsync(parts, Console.Error.WriteLine, interruption.Token))
    {
        figures.Add(figure);
        Console.Error.WriteLine($"  {figure.What}: {figure.Value}");
    }
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    return 130;
}

Console.WriteLine(Figure.Table(figures));
return figures.Any(figure => figure.IsWithinLimit == false) ? 1 : 0;
