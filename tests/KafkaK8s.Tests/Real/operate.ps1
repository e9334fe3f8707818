# A day's work on a Kafka cluster, step by step: topics, messages, consumer groups, settings, partitions, and what is refused.
#
# It is one and the same script for Kafka 1.1.1, 3.9.2 and 4.3.1, and runs on three brokers that hold nothing yet. Each step says in
# words what holds after it. Where a version can't do something, the step branches on what the cmdlet says, never on the version, and
# notes what the user gets instead. It returns an object a step, with the seconds it took, and an object a limit of this version.

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
    Expect orders $refusal.TargetObject
    Expect ResourceExists $refusal.CategoryInfo.Category
}

Step 'many topics are made at once, and one that is refused does not stop the others' {
    $script:errors = @(ErrorsOf { $script:made = New-KafkaTopic many-1, many-2, orders, many-3 -Partitions 1 -ReplicationFactor 1 })
    Expect TopicAlreadyExists ($errors | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] })
}

Step 'a preview makes nothing' {
    New-KafkaTopic never -Partitions 1 -ReplicationFactor 1 -WhatIf
    Expect many-1, many-2, many-3, orders (Get-KafkaTopic | Where-Object IsInternal -eq $false).Name
}

Step 'a topic takes settings with it' {
    $topic = New-KafkaTopic settings -Partitions 1 -ReplicationFactor 2 -Configuration @{ 'retention.ms' = 60000; 'cleanup.policy' = 'compact,delete' }
    Expect 60000, 'compact,delete' $topic.Configuration['retention.ms'], $topic.Configuration['cleanup.policy']
}

Step 'names with a dot and with other letters in its place are different topics' {
    Expect a.b, aXb ((New-KafkaTopic a.b, aXb -Partitions 1 -ReplicationFactor 1).Name)
}

Step 'a name that differs from another only in dot and underscore is refused' {
    Refused TopicNameCollision { New-KafkaTopic a_b -Partitions 1 -ReplicationFactor 1 }
}

Step 'a setting that no topic has is refused' {
    Refused UnknownTopicConfiguration { New-KafkaTopic wrong -Partitions 1 -ReplicationFactor 1 -Configuration @{ 'retention.hours' = 1 } }
}

Step 'a value that a setting can not have is refused' {
    Refused InvalidTopicConfiguration { New-KafkaTopic wrong -Partitions 1 -ReplicationFactor 1 -Configuration @{ 'retention.ms' = 'soon' } }
}

Step 'a name that no topic can have is refused before anything is asked' {
    Refused InvalidTopicName { New-KafkaTopic 'bad name!' -Partitions 1 -ReplicationFactor 1 }
}

Step 'more replicas than brokers are refused' {
    Refused TooFewBrokers { New-KafkaTopic wide -Partitions 1 -ReplicationFactor 5 }
}

Step 'a topic that is not there is an error' {
    $refusal = Refused TopicNotFound { Get-KafkaTopic missing }
    Expect missing, ObjectNotFound $refusal.TargetObject, $refusal.CategoryInfo.Category
}

Step 'a wildcard that matches nothing is silence' {
    Nothing (Get-KafkaTopic nothing-*)
}

Step 'names and wildcards choose among the topics' {
    Expect many-1, many-2, many-3, settings (Get-KafkaTopic many-*, settings).Name
}

Step 'partitions have a leader and their replicas in sync' {
    $partitions = (Get-KafkaTopic orders).Partitions
    Expect 0, 1, 2 $partitions.Partition
    Assert ($partitions | Where-Object { $_.Leader -eq $_.Replicas[0] -and $_.InSyncReplicas.Count -eq 3 -and -not $_.IsUnderReplicated }).Count -eq 3 'not all are in sync'
}

# --- Messages -------------------------------------------------------------------------------------------------------------

Step 'text is sent, a record each' {
    New-KafkaTopic words -Partitions 1 -ReplicationFactor 3
    'hello', 'größer 漢字 🙂', "with`ttab", '', ' spaces ', 'null' | Send-KafkaMessage words
}

Step 'text comes back as it was sent: Unicode, tabs, the empty text, spaces' {
    $script:received = Receive-KafkaMessage words -FromBeginning -MaxCount 6 -Timeout 20
    Expect 'hello', 'größer 漢字 🙂', "with`ttab", '', ' spaces ' $received[0..4].Value
    Assert (-not ($received | Where-Object { $null -ne $_.Key })) 'a record has a key'
    Assert (-not ($received | Where-Object { $null -eq $_.Timestamp })) 'a record has no time'
    if ($null -eq $received[5].Value) {
        Limit "tell a value 'null' from no value when it reads" 'such a value is read as no value'
    }
    else {
        Expect null $received[5].Value
    }
}

Step 'a record says where it is' {
    if ($null -eq $received[0].Offset) {
        Limit 'tell the partition and offset of a record that it reads' 'Partition and Offset are empty'
    }
    else {
        Expect (0..5) $received.Offset
        Expect 0 ($received.Partition | Select-Object -Unique)
    }
}

Step 'a record has a key, and records of one key are in one partition, in order' {
    1..3 | ForEach-Object { [pscustomobject]@{ Key = 'blue'; Value = "blue $_" }; [pscustomobject]@{ Key = 'red'; Value = "red $_" } } | Send-KafkaMessage orders
    $script:received = Receive-KafkaMessage orders -FromBeginning -MaxCount 6 -Timeout 20
    Expect 'blue 1', 'blue 2', 'blue 3' ($received | Where-Object Key -eq blue).Value
    Expect 'red 1', 'red 2', 'red 3' ($received | Where-Object Key -eq red).Value
}

Step 'headers go with a record that is sent on, or it is refused before anything is sent' {
    $record = [pscustomobject]@{ Key = 'k'; Value = $null }
    $errors = @(ErrorsOf { 'first', $record | Send-KafkaMessage many-1 })
    if ($errors) {
        Expect RecordNotSupported $errors[0].FullyQualifiedErrorId.Split(',')[0]
        Limit 'send a record without a value (a tombstone)' 'refused before anything is sent (RecordNotSupported)'
        Nothing (Receive-KafkaMessage many-1 -FromBeginning -Timeout 1)
    }
    else {
        Expect first, $null (Receive-KafkaMessage many-1 -FromBeginning -MaxCount 2 -Timeout 20).Value
    }
}

Step 'text of more than one line is refused before anything is sent' {
    Refused RecordNotCarried { 'one', "two`nlines" | Send-KafkaMessage many-2 }
    Nothing (Receive-KafkaMessage many-2 -FromBeginning -Timeout 1)
}

Step 'a record that is larger than the brokers take is an error, and the others arrive' {
    $errors = @(ErrorsOf { 'small', ('x' * 2000000), 'small too' | Send-KafkaMessage many-3 })
    Expect 1 $errors.Count
    Expect small, 'small too' (Receive-KafkaMessage many-3 -FromBeginning -MaxCount 2 -Timeout 20).Value
}

Step 'nothing is sent to a topic that is not there, and none is made by it' {
    Refused TopicNotFound { 'lost' | Send-KafkaMessage missing }
    Refused TopicNotFound { Receive-KafkaMessage missing -Timeout 1 }
    Refused TopicNotFound { Get-KafkaTopic missing }
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

Step 'many topics are deleted at once, by wildcard' {
    Remove-KafkaTopic many-* -Confirm:$false
    Nothing (Get-KafkaTopic many-*)
}

Step 'a topic that is not there is not deleted' {
    Refused TopicNotFound { Remove-KafkaTopic missing -Confirm:$false }
}

$limits
