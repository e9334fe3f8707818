using KafkaK8s.Tests.Hosting;

// A second life of the test program: a fresh process in which nothing but the import has happened yet.
return args is [ImportProbe.Switch]
    ? ImportProbe.Run()
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
