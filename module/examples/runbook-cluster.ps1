<#
.SYNOPSIS
    Makes sure that a Kafka cluster stands and that its topics exist. Safe to run as often as you like.
.DESCRIPTION
    What is already as it should be is left alone. When something can't be reached within the time, the script ends with the reason
    and exit code 1: nobody has to watch it, and whoever is woken by it can read why.
.EXAMPLE
    ./runbook-cluster.ps1 -Context production -Namespace messaging
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [string] $Context,
    [string] $Namespace = 'the-project',
    [string] $Cluster = 'kafka',
    # Seconds for all pods together to become ready.
    [int] $Timeout = 900
)

$ErrorActionPreference = 'Stop'

if ($Context) { Set-KafkaContext -Context $Context -WhatIf:$false }
Set-KafkaContext -Namespace $Namespace -Cluster $Cluster -WhatIf:$false

# Topics and how they should be. A topic that exists is not touched.
$topics = @(
    @{ Name = 'orders'; Partitions = 6; ReplicationFactor = 3 }
    @{ Name = 'payments'; Partitions = 6; ReplicationFactor = 3 }
)

try {
    $standing = New-KafkaCluster -Timeout $Timeout -Confirm:$false
    if (-not $standing) {
        # With -WhatIf there may be no cluster to ask for topics.
        return
    }

    $existing = @(Get-KafkaTopic | ForEach-Object Name)
    foreach ($topic in $topics) {
        if ($topic.Name -notin $existing) {
            New-KafkaTopic @topic
        }
    }

    # What an operator would look at next.
    $behind = @(Get-KafkaTopic | Where-Object UnderReplicatedPartitionCount -gt 0)
    if ($behind) {
        Write-Warning "Replicas are behind in: $($behind.Name -join ', ')"
    }
}
catch {
    # The id stays the same from release to release, and so can be searched for; the advice is the module's own.
    Write-Host "$($_.FullyQualifiedErrorId): $($_.Exception.Message)"
    if ($_.ErrorDetails.RecommendedAction) { Write-Host $_.ErrorDetails.RecommendedAction }
    exit 1
}
