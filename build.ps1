#Requires -Version 7.4
<#
.SYNOPSIS
    Builds and tests KafkaK8s. Each task is one dotnet command, which works just as well without PowerShell.
.EXAMPLE
    ./build.ps1 -Task Test
#>
[CmdletBinding()]
param(
    # Build: the module in output/. Test: dotnet test. Pester: the module in a PowerShell, in a process of its own.
    # Package: the module as a zip in output/, to unpack into a folder of PSModulePath. Quickstart: the README's first command.
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Pester', 'Package', 'Quickstart')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'Build' { dotnet build --configuration $Configuration }
        'Test' { dotnet test --configuration $Configuration }
        'Pester' {
            dotnet build src/KafkaK8s.Quickstart --configuration $Configuration
            # A process of its own: an assembly that was once loaded can't be built again.
            dotnet tool restore
            dotnet pwsh -NoLogo -NoProfile -NonInteractive -File tests/pester/Invoke-Pester.ps1 -Configuration $Configuration
        }
        'Package' {
            dotnet build src/KafkaK8s --configuration Release
            $version = (Import-PowerShellDataFile module/KafkaK8s.psd1).ModuleVersion
            $package = Join-Path $PSScriptRoot output "KafkaK8s.$version.zip"
            Compress-Archive -Path output/KafkaK8s -DestinationPath $package -Force
            Get-Item $package
        }
        'Quickstart' { dotnet run --project src/KafkaK8s.Quickstart --configuration $Configuration }
    }
}
finally {
    Pop-Location
}
