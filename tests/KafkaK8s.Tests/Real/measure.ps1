# What each operation takes beside the bare program in the same pod, in seconds: the quickest of three of each. It returns an object
# an operation. The programs' names and connections differ by version, which is why they are given.
param(
    # Where the programs are, with a slash behind it, and what their names end with.
    [string] $Folder = '',
    [string] $Suffix = '',

    # How programs that once talked to ZooKeeper reach the cluster, and how the producer does.
    [string[]] $Connection = @('--bootstrap-server', 'kafka:9092'),
    [string] $ProducerOption = '--bootstrap-server',

    # The program that tells offsets, and its arguments.
    [string[]] $Offsets = @('kafka-get-offsets', '--bootstrap-server', 'kafka:9092')
)

$ErrorActionPreference = 'Stop'
$brokers = '--bootstrap-server', 'kafka:9092'

function Quickest([scriptblock] $Do) {
    $seconds = foreach ($try in 1..3) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        & $Do | Out-Null
        $watch.Elapsed.TotalSeconds
    }

    [math]::Round(($seconds | Measure-Object -Minimum).Minimum, 2)
}

function Run([string] $Program, [string[]] $Arguments) {
    Invoke-KafkaCommand -Program "$Folder$Program$Suffix" -ArgumentList $Arguments
}

# A program with something to read.
function Feed([string] $Source, [string] $Program, [string[]] $Arguments) {
    Invoke-KafkaCommand -Program sh -ArgumentList (@('-c', "$Source | `"`$@`"", 'sh', "$Folder$Program$Suffix") + $Arguments)
}

function Compare-Seconds([string] $Operation, [scriptblock] $Cmdlet, [scriptblock] $Bare) {
    [pscustomobject]@{ Operation = $Operation; Cmdlet = Quickest $Cmdlet; Bare = Quickest $Bare }
}

New-KafkaTopic measured -Partitions 3 -ReplicationFactor 3 | Out-Null
1..1000 | ForEach-Object { "record $_" } | Send-KafkaMessage measured
Receive-KafkaMessage measured -Group measured -FromBeginning -MaxCount 1000 -Timeout 30 | Out-Null
0..5 | ForEach-Object { "drop-$_" } | New-KafkaTopic -Partitions 1 -ReplicationFactor 3 | Out-Null
$made = 0
$dropped = 0

Compare-Seconds 'describe all topics' { Get-KafkaTopic } { Run kafka-topics ($Connection + '--describe') }
Compare-Seconds 'create a topic' { New-KafkaTopic "made-$(($script:made++))" -Partitions 1 -ReplicationFactor 3 } {
    Run kafka-topics ($Connection + '--create', '--topic', "made-$(($script:made++))", '--partitions', '1', '--replication-factor', '3')
}
Compare-Seconds 'the settings of a topic' { Get-KafkaConfiguration measured -WarningAction SilentlyContinue } {
    Run kafka-configs ($Connection + '--describe', '--entity-type', 'topics', '--entity-name', 'measured')
}
Compare-Seconds 'change a setting of a topic' { Set-KafkaConfiguration measured -Name retention.ms -Value (3600000 + $script:made++) } {
    Run kafka-configs ($Connection + '--alter', '--entity-type', 'topics', '--entity-name', 'measured', '--add-config', "retention.ms=$(3600000 + $script:made++)")
}
Compare-Seconds 'send one record' { 'one' | Send-KafkaMessage measured } {
    Feed 'echo one' kafka-console-producer ($ProducerOption, 'kafka:9092', '--topic', 'measured')
}
Compare-Seconds 'send 1000 records' { 1..1000 | ForEach-Object { "record $_" } | Send-KafkaMessage measured } {
    Feed 'seq 1000' kafka-console-producer ($ProducerOption, 'kafka:9092', '--topic', 'measured')
}
Compare-Seconds 'receive 1000 records' { Receive-KafkaMessage measured -FromBeginning -MaxCount 1000 -Timeout 30 } {
    Run kafka-console-consumer ($brokers + '--topic', 'measured', '--from-beginning', '--max-messages', '1000')
}
Compare-Seconds 'the offsets of a topic' { Get-KafkaOffset measured } {
    Run $Offsets[0] ($Offsets[1..9] + '--topic', 'measured', '--time', '-1')
}
Compare-Seconds 'describe a group' { Get-KafkaConsumerGroup measured } { Run kafka-consumer-groups ($brokers + '--describe', '--group', 'measured') }
Compare-Seconds 'reset a group' { Reset-KafkaConsumerGroup measured -ToEarliest } {
    Run kafka-consumer-groups ($brokers + '--reset-offsets', '--group', 'measured', '--all-topics', '--to-earliest', '--execute')
}
Compare-Seconds 'delete a topic' { Remove-KafkaTopic "drop-$(($script:dropped++))" -Confirm:$false } {
    Run kafka-topics ($Connection + '--delete', '--topic', "drop-$(($script:dropped++))")
}
