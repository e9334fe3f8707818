# Kafka on Kubernetes in a few minutes: the steps of the article of that name, as objects in a pipeline.
# Nothing is installed in the cluster, and neither kubectl nor Java is used here.

# Which clusters does the kubeconfig know, and which one are we talking to?
Get-KafkaContext

# A namespace of its own, and from here on every command works in it.
New-KafkaNamespace the-project
Set-KafkaContext -Namespace the-project

# ZooKeeper keeps the cluster's metadata: three members, so that one may fail.
New-KafkaZookeeper

# What would come next? -WhatIf asks the server, and changes nothing.
New-KafkaBroker -WhatIf

# Three brokers. The command returns when all of them serve.
New-KafkaBroker

# A pod with Kafka's own programs, as the article's test client.
New-KafkaClient

# One object for all of it, and one for each broker.
Get-KafkaCluster
Get-KafkaBroker

# A topic, with a copy of each record on three brokers.
New-KafkaTopic test -Partitions 3 -ReplicationFactor 3
Get-KafkaTopic test

# Anything from the pipeline becomes a record.
'hello', 'from', 'PowerShell' | Send-KafkaMessage test

# And comes back as an object.
Receive-KafkaMessage test -FromBeginning -MaxCount 3

# Objects can be asked: is any partition short of a replica?
Get-KafkaTopic | Where-Object UnderReplicatedPartitionCount -gt 0

# Running a command again is safe: it finds everything as it should be.
New-KafkaBroker

# Losing data asks first; a script that means it says -Confirm:$false.
Remove-KafkaTopic test -Confirm:$false
Remove-KafkaCluster -IncludeData -Confirm:$false
Remove-KafkaNamespace the-project -Confirm:$false
