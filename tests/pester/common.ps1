# What every test file needs: the module as built, and a practice cluster where one is asked for.

$repository = (Resolve-Path "$PSScriptRoot/../..").Path
$version = (Import-PowerShellDataFile "$repository/module/KafkaK8s.psd1").ModuleVersion
$moduleBase = "$repository/output/KafkaK8s/$version"
$configuration = $env:KAFKAK8S_TEST_CONFIGURATION ? $env:KAFKAK8S_TEST_CONFIGURATION : 'Debug'

Import-Module "$moduleBase/KafkaK8s.psd1" -Force

# Runs a script in a PowerShell process of its own, the same as this one. As a .NET tool it is an assembly that dotnet runs.
function Invoke-PowerShell([string] $Script) {
    $entry = [Environment]::GetCommandLineArgs()[0]
    $program = (Get-Process -Id $PID).Path
    $PSNativeCommandUseErrorActionPreference = $false
    & $program @(if ((Split-Path $program -LeafBase) -eq 'dotnet') { $entry }) -NoLogo -NoProfile -NonInteractive -Command $Script
}

function Start-Sandbox {
    $folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "kafkak8s-pester-$([guid]::NewGuid())")).FullName
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardOutput = $true
    foreach ($argument in "$repository/src/KafkaK8s.Sandbox/bin/$configuration/net10.0/KafkaK8s.Sandbox.dll", '--kubeconfig', "$folder/kubeconfig", '--speed', '100') {
        $start.ArgumentList.Add($argument)
    }
    $start.Environment.Remove('KAFKA_HOME') | Out-Null
    $process = [Diagnostics.Process]::Start($start)
    while (($line = $process.StandardOutput.ReadLine()) -notlike 'ready: *') {
        if ($null -eq $line) { throw 'The sandbox ended before it was ready.' }
    }
    [pscustomobject]@{ Process = $process; Folder = $folder; KubeConfig = "$folder/kubeconfig" }
}

function Stop-Sandbox($Sandbox) {
    # Asked to end, it takes its files with it; Windows has no way to ask.
    if ($IsWindows) { $Sandbox.Process.Kill() } else { & sh -c 'kill -TERM "$0"' $Sandbox.Process.Id }
    if (-not $Sandbox.Process.WaitForExit(20000)) { $Sandbox.Process.Kill() }
    Remove-Item $Sandbox.Folder -Recurse
}

function Complete([string] $Line) {
    (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
}
