# Runs the Pester tests on the module in output/, with the Pester that a restore of Pester.csproj brings. Exits with the number of tests that failed.
param(
    [string] $Configuration = 'Debug',

    # Where to leave the results as NUnit 3 XML, for whoever counts them.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$project = Join-Path $PSScriptRoot Pester.csproj
dotnet restore $project --verbosity quiet
$properties = (dotnet msbuild $project -getProperty:NuGetPackageRoot -getProperty:PesterVersion | ConvertFrom-Json).Properties
Import-Module (Join-Path $properties.NuGetPackageRoot pester $properties.PesterVersion tools Pester.psd1)

$env:KAFKAK8S_TEST_CONFIGURATION = $Configuration
$pester = New-PesterConfiguration
$pester.Run.Path = $PSScriptRoot
$pester.Run.PassThru = $true
$pester.Output.Verbosity = 'Normal'
if ($ResultPath) {
    $pester.TestResult.Enabled = $true
    $pester.TestResult.OutputFormat = 'NUnit3'
    $pester.TestResult.OutputPath = $ResultPath
}

$result = Invoke-Pester -Configuration $pester
exit $result.FailedCount
