# Runs the Pester tests, and exits with the number of those that failed. Skips, saying so, where Pester isn't installed.
param([string] $Configuration = 'Debug')

$ErrorActionPreference = 'Stop'
if (-not (Get-Module Pester -ListAvailable | Where-Object Version -ge ([version] '5.0'))) {
    Write-Host 'Pester 5 or later is not installed; the Pester tests were skipped. Install-PSResource Pester'
    exit 0
}

$env:KAFKAK8S_TEST_CONFIGURATION = $Configuration
$pester = New-PesterConfiguration
$pester.Run.Path = $PSScriptRoot
$pester.Run.PassThru = $true
$pester.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $pester
exit $result.FailedCount
