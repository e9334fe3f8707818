using System.Xml.Linq;
using KafkaK8s.Help;

if (args is not [var assemblyPath, var documentationPath, var helpPath])
{
    Console.Error.WriteLine("usage: KafkaK8s.Help CMDLETS.dll CMDLETS.xml HELP.xml");
    return 2;
}

var cmdlets = CmdletAssembly.Load(assemblyPath);
var documentation = new XmlDocumentation(XDocument.Load(documentationPath, LoadOptions.PreserveWhitespace));
var descriptions = cmdlets.Select(cmdlet => CmdletDescription.Read(cmdlet, documentation)).OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal).ToList();

var gaps = descriptions.SelectMany(HelpGaps.Of).ToList();
foreach (var gap in gaps)
{
    // The form that MSBuild takes for an error of its own.
    Console.Error.WriteLine($"{documentationPath} : error HELP0001: {gap}");
}

if (gaps.Count > 0)
{
    return 1;
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(helpPath))!);
MamlHelp.Write(descriptions).Save(helpPath);
Console.WriteLine($"{descriptions.Count} cmdlets described in {helpPath}");
return 0;
