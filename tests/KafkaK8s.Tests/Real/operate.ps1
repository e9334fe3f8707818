# A day's work on a Kafka cluster, step by step: topics, messages, consumer groups, settings, partitions, and what is refused.
#
# It is one and the same script for Kafka 1.1.1, 3.9.2 and 4.3.1, and runs on three brokers that hold nothing yet. Each step says in
# words what holds after it. Where a version can't do something, the step branches on what the cmdlet says, never on the version, and
# notes what the user gets instead. It returns an object a step, with the seconds it took, and an object a limit of this version.

param(
    # How many bytes a second the slow move of three megabytes may take: slow enough to be seen, and not to be waited for.
    [long] $Slowly = 150KB
)

$ErrorActionPreference = 'Stop'
$number = 0
$limits = [Collections.Generic.List[object]]::new()

# Does a step. One that fails is an error that names it; the others go on.
function Step([string] $Words, [scriptblock] $Do) {
    $script:number++
    $watch = [Diagnostics.Stopwatch]::StartNew()
    try {
        & $Do | Out-Null
    }
    catch {
        $where = $_.ScriptStackTrace.Split("`n") -match 'ScriptBlock' | Select-Object -First 1
        Write-Error "Step ${number}, '$Words': $_ ($where)" -ErrorAction Continue
    }

    [pscustomobject]@{ Step = $number; Words = $Words; Seconds = [math]::Round($watch.Elapsed.TotalSeconds, 1) }
}

function Assert($Condition, [string] $Otherwise) {
    if (-not $Condition) { throw $Otherwise }
}

# Lists are compared item by item.
function Expect($Wanted, $Got) {
    $left = @($Wanted) | ForEach-Object { if ($null -eq $_) { '<null>' } else { "$_" } }
    $right = @($Got) | ForEach-Object { if ($null -eq $_) { '<null>' } else { "$_" } }
    Assert (($left -join '|') -ceq ($right -join '|')) "expected '$($left -join '|')', got '$($right -join '|')'"
}

function Nothing($Got) {
    Assert ($null -eq $Got) "expected nothing, got '$Got'"
}

# Returns the errors of something, whether they end it or not.
function ErrorsOf([scriptblock] $Do) {
    $ErrorActionPreference = 'Continue'
    try {
        & $Do 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
    }
    catch {
        $_
    }
}

# Does what must be refused, and returns the one error, which has this id and says what to do.
function Refused([string] $Id, [scriptblock] $Do) {
    $errors = @(ErrorsOf $Do)
    Expect $Id ($errors | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] })
    Assert $errors[0].ErrorDetails.RecommendedAction "$Id gives no advice"
    $errors[0]
}

# Waits until something is so: what is set for brokers reaches them a moment after the call has ended.
function Until([scriptblock] $IsSo) {
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $IsSo)) {
        Assert ($waited.Elapsed.TotalSeconds -lt 20) "after 20 seconds it is not so that$IsSo"
    }
}

# Notes what this version can't do, and what the user gets instead.
function Limit([string] $What, [string] $Instead) {
    $limits.Add([pscustomobject]@{ Limit = $What; Instead = $Instead })
}

# --- Topics ---------------------------------------------------------------------------------------------------------------

Step 'a new topic has the partitions and replicas that were asked for' {
    $topic = New-KafkaTopic orders -Partitions 3 -ReplicationFactor 3
    Expect orders, 3, 3, 0 $topic.Name, $topic.PartitionCount, $topic.ReplicationFactor, $topic.OfflinePartitionCount
}

Step 'a topic that is there is not made again' {
    $refusal = Refused TopicAlreadyExists { New-KafkaTopic orders -Partitions 1 -ReplicationFactor 1 }
    Expect orders, ResourceExists $refusal.TargetObject, $refusal.CategoryInfo.Category
}

Step 'many topics come down the pipeline, and one that is refused does not stop the others' {
    Refused TopicAlreadyExists { 'many-1', 'many-2', 'orders', 'many-3' | New-KafkaTopic -Partitions 1 -ReplicationFactor 1 }
    Expect many-1, many-2, many-3 (Get-KafkaTopic many-*).Name
}

Step 'a preview makes nothing' {
    New-KafkaTopic never -Partitions 1 -ReplicationFactor 1 -WhatIf
    Nothing (Get-KafkaTopic never*)
}

Step 'a topic takes settings with it' {
    $topic = New-KafkaTopic settings -Partitions 1 -ReplicationFactor 2 -Config @{ 'retention.ms' = 60000; 'cleanup.policy' = 'compact,delete' }
    Expect 60000, 'compact,delete' $topic.Configuration['retention.ms'], $topic.Configuration['cleanup.policy']
}

Step 'a topic is placed on the brokers that are named, the preferred leader first' {
    $partitions = (New-KafkaTopic placed -ReplicaAssignment @{ 0 = 2, 0; 1 = 1, 2 }).Partitions
    Expect '2 0', '1 2' ($partitions | ForEach-Object { "$($_.Replicas)" })
}

Step 'a topic is not placed on a broker that is not there' {
    Refused BrokerNotFound { New-KafkaTopic misplaced -ReplicaAssignment @{ 0 = 7, 8 } }
}

Step 'what is not asked for is the default of the brokers, of two partitions here' {
    $topic = New-KafkaTopic defaults
    if ($topic.PartitionCount -eq 1) {
        Limit "take the brokers' defaults for a new topic" 'one partition and one replica'
    }
    else {
        Expect 2 $topic.PartitionCount
    }
}

Step 'names with a dot, and with another letter in its place, are different topics' {
    Expect a.b, aXb (New-KafkaTopic a.b, aXb -Partitions 1 -ReplicationFactor 1).Name
}

Step 'a name that differs from another only in dot and underscore is refused' {
    Refused TopicNameCollision { New-KafkaTopic a_b -Partitions 1 -ReplicationFactor 1 }
}

Step 'a setting that no topic has is refused' {
    Refused UnknownTopicConfiguration { New-KafkaTopic wrong -Partitions 1 -ReplicationFactor 1 -Config @{ 'retention.hours' = 1 } }
}

Step 'a value that a setting can not have is refused' {
    Refused InvalidTopicConfiguration { New-KafkaTopic wrong -Partitions 1 -ReplicationFactor 1 -Config @{ 'retention.ms' = 'soon' } }
}

Step 'a name that no topic can have is refused' {
    Refused InvalidTopicName { New-KafkaTopic 'bad name!' -Partitions 1 -ReplicationFactor 1 }
}

Step 'more replicas than brokers are refused' {
    Refused TooFewBrokers { New-KafkaTopic wide -Partitions 1 -ReplicationFactor 5 }
}

Step 'no partition at all is refused' {
    Refused InvalidPartitionCount { New-KafkaTopic empty -Partitions 0 -ReplicationFactor 1 }
}

Step 'a topic that is not there is an error, and a wildcard that matches nothing is silence' {
    $refusal = Refused TopicNotFound { Get-KafkaTopic missing, nothing-* }
    Expect missing, ObjectNotFound $refusal.TargetObject, $refusal.CategoryInfo.Category
}

Step 'partitions have their preferred leader, and their replicas in sync' {
    $partitions = (Get-KafkaTopic orders).Partitions
    Expect 0, 1, 2 $partitions.Partition
    Expect 3 @($partitions | Where-Object { $_.Leader -eq $_.Replicas[0] -and $_.InSyncReplicas.Count -eq 3 -and -not $_.IsUnderReplicated }).Count
}

Step 'nothing is under-replicated or without a leader' {
    Nothing (Get-KafkaTopic -UnderReplicated -Unavailable)
}

Step 'a topic with fewer replicas than must be in sync is found' {
    New-KafkaTopic strict -Partitions 1 -ReplicationFactor 2 -Config @{ 'min.insync.replicas' = 3 }
    $found = (Get-KafkaTopic -UnderMinIsr).Name
    Assert ($found -contains 'strict' -and $found -notcontains 'orders') "found are $found"
}

Step 'a topic gets more partitions, and asked again stays as it is' {
    Expect 4 (Set-KafkaTopic orders -Partitions 4 -PassThru).PartitionCount
    Set-KafkaTopic orders -Partitions 4
}

Step 'a topic never gets fewer partitions' {
    Refused InvalidPartitionCount { Set-KafkaTopic orders -Partitions 2 }
}

Step 'settings are set and removed in one call' {
    $topic = Set-KafkaTopic settings -Configuration @{ 'retention.ms' = $null; 'segment.bytes' = 1048576 } -PassThru
    Expect $null, 1048576, 'compact,delete' $topic.Configuration['retention.ms'], $topic.Configuration['segment.bytes'], $topic.Configuration['cleanup.policy']
}

Step 'a preview of settings changes none' {
    Set-KafkaTopic settings -Configuration @{ 'segment.bytes' = 2097152 } -WhatIf
    Expect 1048576 (Get-KafkaTopic settings).Configuration['segment.bytes']
}

# --- Settings -------------------------------------------------------------------------------------------------------------

Step 'a setting of a topic says where it comes from' {
    $setting = Get-KafkaConfiguration settings -Name segment.bytes
    Expect 1048576, DynamicTopic $setting.Value, $setting.Source
}

Step 'all settings of a topic are told, with the defaults' {
    $defaults = Get-KafkaConfiguration settings -WarningVariable warned -WarningAction SilentlyContinue | Where-Object Source -eq Default
    if ($defaults) {
        Assert ($defaults.Name -contains 'retention.ms') 'retention.ms is not among the defaults'
    }
    else {
        Assert $warned 'the defaults are missing, and nothing is said of it'
        Limit 'tell the defaults and the static settings' 'those that were set while it runs, and a warning'
    }
}

Step 'many topics from the pipeline get a setting in one call' {
    Get-KafkaTopic many-* | Set-KafkaConfiguration -Name retention.ms -Value 3600000
    Expect 3600000, 3600000, 3600000 (Get-KafkaTopic many-* | Get-KafkaConfiguration -Name retention.ms).Value
}

Step 'a topic takes no setting that it does not know' {
    Refused UnknownTopicConfiguration { Set-KafkaConfiguration orders -Name no.such.setting -Value 1 }
}

Step 'a topic takes no value that is none, and not the others with it' {
    Refused InvalidTopicConfiguration { Set-KafkaConfiguration orders -Configuration @{ 'retention.ms' = 'soon'; 'segment.bytes' = 1048576 } }
    Expect $null (Get-KafkaTopic orders).Configuration['segment.bytes']
}

Step 'a broker takes a setting while it runs, and gives it back' {
    Set-KafkaConfiguration -Broker 0 -Configuration @{ 'log.cleaner.threads' = 2 }
    Until { Get-KafkaConfiguration -Broker 0 -Name log.cleaner.threads -WarningAction SilentlyContinue | Where-Object { $_.Source -eq 'DynamicBroker' -and $_.Value -eq 2 } }
    Set-KafkaConfiguration -Broker 0 -Remove log.cleaner.threads
}

Step 'all brokers take a setting, too' {
    Set-KafkaConfiguration -BrokerDefault -Configuration @{ 'log.cleaner.threads' = 2 }
    Until { Get-KafkaConfiguration -BrokerDefault | Where-Object { $_.Name -eq 'log.cleaner.threads' -and $_.Source -eq 'DynamicBrokerDefault' -and $_.Value -eq 2 } }
    Set-KafkaConfiguration -BrokerDefault -Remove log.cleaner.threads
}

Step 'what a broker takes only when it starts is refused' {
    Refused ConfigurationReadOnly { Set-KafkaConfiguration -Broker 0 -Configuration @{ 'log.dirs' = '/elsewhere' } }
}

Step 'a broker that is not there has no settings' {
    Refused BrokerNotFound { Get-KafkaConfiguration -Broker 7 }
}

# --- Messages -------------------------------------------------------------------------------------------------------------

Step 'text is sent, a record each' {
    New-KafkaTopic words -Partitions 1 -ReplicationFactor 3
    'hello', 'größer 漢字 🙂', "with`ttab", '', ' spaces ', 'null' | Send-KafkaMessage words
}

Step 'text comes back as it was sent: Unicode, tabs, the empty text, spaces' {
    $script:received = Receive-KafkaMessage words -FromBeginning -MaxCount 6 -Timeout 20
    Expect 'hello', 'größer 漢字 🙂', "with`ttab", '', ' spaces ', 'null' $received.Value
    Expect 0 @($received | Where-Object { $null -ne $_.Key -or $null -eq $_.Timestamp }).Count
}

Step 'a record says where it is' {
    if ($null -eq $received[0].Offset) {
        Limit 'tell the offset of a record that it reads' 'Offset is empty, and Partition too where the topic has several'
    }
    else {
        Expect (0..5) $received.Offset
    }
}

Step 'records of one key are in one partition, in order' {
    1..3 | ForEach-Object { @{ Key = 'blue'; Value = "blue $_" }; @{ Key = 'red'; Value = "red $_" } } | Send-KafkaMessage orders
    $script:received = Receive-KafkaMessage orders -FromBeginning -MaxCount 6 -Timeout 20
    Expect 'blue 1', 'blue 2', 'blue 3' ($received | Where-Object Key -eq blue).Value
    Expect 'red 1', 'red 2', 'red 3' ($received | Where-Object Key -eq red).Value
}

Step 'a record without a value is a tombstone, or refused before anything is sent' {
    $errors = @(ErrorsOf { Send-KafkaMessage many-1 -Key k -Value $null })
    if ($errors) {
        Expect RecordNotSupported $errors[0].FullyQualifiedErrorId.Split(',')[0]
        Limit 'send a record without a value (a tombstone)' 'refused before anything is sent (RecordNotSupported)'
    }
    else {
        $record = Receive-KafkaMessage many-1 -FromBeginning -MaxCount 1 -Timeout 20
        Expect k, $null $record.Key, $record.Value
    }
}

Step 'headers go with a record, or it is refused before anything is sent' {
    $errors = @(ErrorsOf { @{ Key = 'k'; Value = 'v'; Headers = @{ source = 'shop' } } | Send-KafkaMessage many-2 })
    if ($errors) {
        Expect RecordNotSupported $errors[0].FullyQualifiedErrorId.Split(',')[0]
        Limit 'send headers, and print them' 'refused before anything is sent (RecordNotSupported); Headers is empty'
    }
    else {
        Expect source=shop (Receive-KafkaMessage many-2 -FromBeginning -MaxCount 1 -Timeout 20).Headers
    }
}

Step 'text of more than one line is refused before anything is sent' {
    Refused RecordNotCarried { 'one', "two`nlines" | Send-KafkaMessage many-3 }
    Expect 0 (Get-KafkaOffset many-3).Latest
}

Step 'a record larger than the brokers take is an error that has the record, and the others arrive' {
    $refusal = Refused RecordTooLarge { 'small', ('x' * 2000000), 'small too' | Send-KafkaMessage many-3 }
    Expect 2000000 $refusal.TargetObject.Value.Length
    Expect small, 'small too' (Receive-KafkaMessage many-3 -FromBeginning -MaxCount 2 -Timeout 20).Value
}

Step 'one partition is read from an offset on' {
    Expect ' spaces ', 'null' (Receive-KafkaMessage words -Partition 0 -Offset 4 -MaxCount 2 -Timeout 20).Value
}

Step 'a reader that hears nothing more ends by itself' {
    Expect 6 @(Receive-KafkaMessage words -FromBeginning -Timeout 1).Count
}

Step 'nothing is sent to or read from a topic that is not there, and none is made by it' {
    Refused TopicNotFound { 'lost' | Send-KafkaMessage missing }
    Refused TopicNotFound { Receive-KafkaMessage missing -Timeout 1 }
    Nothing (Get-KafkaTopic missing*)
}

# --- Offsets --------------------------------------------------------------------------------------------------------------

Step 'each partition says where its records begin and end' {
    $offsets = Get-KafkaOffset words, orders
    Expect 0, 6, 6 $offsets[-1].Earliest, $offsets[-1].Latest, $offsets[-1].Count
    Expect orders, 4, 6 $offsets[0].Topic, @($offsets | Where-Object Topic -eq orders).Count, ($offsets | Where-Object Topic -eq orders | Measure-Object Count -Sum).Sum
}

Step 'a time leads to the first record since then' {
    'later' | Send-KafkaMessage words
    $script:noon = (Receive-KafkaMessage words -Partition 0 -Offset 6 -MaxCount 1 -Timeout 20).Timestamp
    Expect 6 (Get-KafkaOffset words -At $noon).OffsetAt
}

Step 'a time after the last record leads nowhere' {
    Expect $null (Get-KafkaOffset words -At $noon.AddHours(1)).OffsetAt
}

# --- Consumer groups ------------------------------------------------------------------------------------------------------

Step 'whoever reads without a group leaves none behind' {
    Nothing (Get-KafkaConsumerGroup)
}

Step 'a group reads so many records, and has committed them' {
    Expect 4 @(Receive-KafkaMessage words -Group billing -FromBeginning -MaxCount 4 -Timeout 20).Count
    $group = Get-KafkaConsumerGroup billing
    Expect Empty, 0, 3 $group.State, $group.Members.Count, $group.TotalLag
    Expect 4, 7, 3 $group.Offsets.Offset, $group.Offsets.LogEndOffset, $group.Offsets.Lag
}

Step 'the next run goes on where the last one ended' {
    Expect ' spaces ', 'null', 'later' (Receive-KafkaMessage words -Group billing -MaxCount 3 -Timeout 20).Value
}

Step 'a preview of a reset moves nothing, and shows from where to where' {
    Reset-KafkaConsumerGroup billing -ToEarliest -WhatIf
    Expect 7 (Get-KafkaConsumerGroup billing).Offsets.Offset
}

Step 'a group is put back to the beginning' {
    $move = Reset-KafkaConsumerGroup billing -ToEarliest -PassThru
    Expect words, 0, 7, 0 $move.Topic, $move.Partition, $move.From, $move.To
}

Step 'to an offset' {
    Expect 5 (Reset-KafkaConsumerGroup billing words -Offset 5 -PassThru).To
}

Step 'some records back' {
    Expect 3 (Reset-KafkaConsumerGroup billing -ShiftBy -2 -PassThru).To
}

Step 'to a time' {
    Expect 6 (Reset-KafkaConsumerGroup billing -ToTime $noon -PassThru).To
}

Step 'and to the end, of which a file remembers where it was before' {
    $script:file = New-TemporaryFile
    (Get-KafkaConsumerGroup billing).Offsets | Export-Csv $file
    Expect 7 (Reset-KafkaConsumerGroup billing -ToLatest -PassThru).To
}

Step 'the file puts it back' {
    Expect 6 (Import-Csv $file | Reset-KafkaConsumerGroup -PassThru).To
    Remove-Item $file
}

Step 'a group that reads is not moved, and its member is named' {
    $script:reader = [powershell]::Create().AddScript('param($module, $cluster) Import-Module $module; $cluster | Receive-KafkaMessage words -Group live -FromBeginning -MaxCount 100 -Timeout 3600')
    $null = $reader.AddArgument((Get-Module KafkaK8s).Path).AddArgument((Get-KafkaCluster kafka))
    $script:heard = [Management.Automation.PSDataCollection[psobject]]::new()
    $none = [Management.Automation.PSDataCollection[psobject]]::new()
    $none.Complete()
    $reader.BeginInvoke($none, $heard)
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while ($heard.Count -lt 7 -and $waited.Elapsed.TotalSeconds -lt 30) { [Threading.Thread]::Sleep(20) }
    Assert ($heard.Count -eq 7) "it heard $($heard.Count) records: $($reader.Streams.Error.ReadAll())"
    $script:live = Get-KafkaConsumerGroup live
    Expect Stable, 1, 1 $live.State, $live.Members.Count, $live.Members.PartitionCount
    $refusal = Refused GroupActive { Reset-KafkaConsumerGroup live -ToEarliest }
    Assert ("$refusal".Contains($live.Members[0].ClientId)) "the member is not named: $refusal"
}

Step 'nor removed' {
    Refused GroupActive { Remove-KafkaConsumerGroup live -Confirm:$false }
    $reader.Stop()
    $reader.Dispose()
}

Step 'a group that is at rest is removed' {
    Remove-KafkaConsumerGroup billing -Confirm:$false
    Nothing (Get-KafkaConsumerGroup billing*)
}

Step 'a group that is not there is an error' {
    Refused GroupNotFound { Get-KafkaConsumerGroup billing }
    Refused GroupNotFound { Reset-KafkaConsumerGroup billing -ToEarliest }
    Refused GroupNotFound { Remove-KafkaConsumerGroup billing -Confirm:$false }
}

# --- Partitions -----------------------------------------------------------------------------------------------------------

Step 'each partition says how it is, and how large' {
    $partitions = Get-KafkaPartition words, defaults -IncludeSize
    Expect Healthy, True ($partitions[-1] | ForEach-Object { $_.Status, $_.IsLedByPreferred })
    Assert ($partitions[-1].Size -gt 0 -and $partitions[0].Size -eq 0) "words takes $($partitions[-1].Size) bytes, defaults $($partitions[0].Size)"
}

Step 'a preview of a move is a plan, and moves nothing' {
    $plan = Move-KafkaPartition placed -FromBroker 2 -WhatIf
    Expect 'placed-0 to 0 1', 'placed-1 to 0 1' ($plan | ForEach-Object { "$($_.Topic)-$($_.Partition) to $($_.To | Sort-Object)" })
    Expect '2 0', '1 2' ((Get-KafkaTopic placed).Partitions | ForEach-Object { "$($_.Replicas)" })
}

Step 'partitions are moved off a broker, with a throttle that is gone afterwards' {
    Expect Done, Done (Move-KafkaPartition placed -FromBroker 2 -Throttle 10MB -PassThru).Status
    Nothing ((Get-KafkaTopic placed).Partitions | Where-Object { $_.Replicas -contains 2 })
    Nothing (Get-KafkaConfiguration -Broker 0 -Name *throttled* -WarningAction SilentlyContinue | Where-Object Source -eq DynamicBroker)
    Nothing (Get-KafkaReassignment)
}

Step 'what is where it is to be is not moved again' {
    Nothing (Move-KafkaPartition placed -FromBroker 2 -PassThru)
}

Step 'a topic gets more replicas' {
    Set-KafkaTopic aXb -ReplicationFactor 3
    Expect 3, 0 (Get-KafkaTopic aXb | ForEach-Object { $_.ReplicationFactor, $_.UnderReplicatedPartitionCount })
}

Step 'another broker is preferred as the leader, and is elected' {
    $script:first = (Get-KafkaPartition words).Replicas
    Move-KafkaPartition words -Partition 0 -Replicas $first[1], $first[2], $first[0]
    Start-KafkaLeaderElection words
    Expect $first[1], True (Get-KafkaPartition words | ForEach-Object { $_.Leader, $_.IsLedByPreferred })
}

Step 'a move that was started goes on without anybody, and is picked up where it is' {
    New-KafkaTopic large -ReplicaAssignment @{ 0 = @(0) }
    1..40 | ForEach-Object { "$_" * 40000 } | Send-KafkaMessage large
    Move-KafkaPartition large -Broker 1 -Throttle $Slowly -NoWait
    Expect 'large-0 -> 1' (Get-KafkaReassignment | ForEach-Object { "$($_.Topic)-$($_.Partition) -> $($_.Replicas)" })
    Refused ReassignmentRunning { Move-KafkaPartition words -Partition 0 -Replicas $first }
    Move-KafkaPartition large -Broker 1 -Timeout 120
    Expect 1 (Get-KafkaPartition large).Replicas
    Nothing (Get-KafkaReassignment)
}

Step 'brokers, topics and partitions that are not there are errors' {
    Refused BrokerNotFound { Move-KafkaPartition words -Broker 7 }
    Refused TopicNotFound { Move-KafkaPartition missing -Broker 1 }
    Refused PartitionNotFound { Get-KafkaPartition words -Partition 9 }
}

# --- Putting away ---------------------------------------------------------------------------------------------------------

Step 'a preview deletes nothing' {
    Remove-KafkaTopic many-1 -WhatIf
    Expect many-1 (Get-KafkaTopic many-1).Name
}

Step 'a name with a dot deletes that topic alone' {
    Remove-KafkaTopic a.b -Confirm:$false
    Expect aXb (Get-KafkaTopic a*).Name
}

Step 'many topics are deleted at once, by wildcard or from the pipeline' {
    Remove-KafkaTopic many-*, placed, large -Confirm:$false
    Get-KafkaTopic settings, strict | Remove-KafkaTopic -Confirm:$false
    Expect aXb, defaults, orders, words (Get-KafkaTopic).Name
}

Step 'a topic that is not there is not deleted' {
    Refused TopicNotFound { Remove-KafkaTopic missing -Confirm:$false }
}

$limits
