using System.Runtime.InteropServices;
using KafkaK8s.Quickstart;
using KafkaK8s.Quickstart.Terminal;

var (options, mistake) = QuickstartOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(mistake);
    Console.Error.WriteLine(QuickstartOptions.Usage);
    return 2;
}

if (options.Help)
{
    Console.WriteLine(QuickstartOptions.Usage);
    return 0;
}

using var interruption = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
var terminal = new TerminalUserInterface(TerminalStreams.OfConsole());
try
{
    return await QuickstartRun.RunAsync(options, BuiltParts.Find(AppContext.BaseDirectory), terminal, interruption.Token).ConfigureAwait(false);
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    return QuickstartRun.InterruptedExitCode;
}
catch (QuickstartException e)
{
    terminal.WriteErrorLine(e.Message);
    return 1;
}

void Interrupt(PosixSignalContext signal)
{
    // Once ends the run in order; whoever asks twice wants it gone.
    signal.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}
