@{
    RootModule           = 'KafkaK8s.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = 'b0b8a2a4-6e0c-4a83-9d6c-3f6c5b1f7a52'
    Author               = 'The KafkaK8s authors'
    Copyright            = '(c) The KafkaK8s authors. MIT licence.'
    Description          = 'Kafka on any Kubernetes, from PowerShell: stand up a cluster, operate it, explain it. Nothing to install in the cluster, no kubectl, no Java on your desk.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('KafkaK8s.Format.ps1xml')
    TypesToProcess       = @('KafkaK8s.Types.ps1xml')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Export-KafkaManifest'
        'Get-KafkaBroker'
        'Get-KafkaClient'
        'Get-KafkaCluster'
        'Get-KafkaConfiguration'
        'Get-KafkaConsumerGroup'
        'Get-KafkaContext'
        'Get-KafkaHealth'
        'Get-KafkaLog'
        'Get-KafkaNamespace'
        'Get-KafkaOffset'
        'Get-KafkaTopic'
        'Get-KafkaZookeeper'
        'Invoke-KafkaCommand'
        'New-KafkaBroker'
        'New-KafkaClient'
        'New-KafkaCluster'
        'New-KafkaNamespace'
        'New-KafkaTopic'
        'New-KafkaZookeeper'
        'Receive-KafkaMessage'
        'Remove-KafkaBroker'
        'Remove-KafkaClient'
        'Remove-KafkaCluster'
        'Remove-KafkaConsumerGroup'
        'Remove-KafkaNamespace'
        'Remove-KafkaTopic'
        'Remove-KafkaZookeeper'
        'Reset-KafkaConsumerGroup'
        'Restart-KafkaBroker'
        'Send-KafkaMessage'
        'Set-KafkaBroker'
        'Set-KafkaConfiguration'
        'Set-KafkaContext'
        'Set-KafkaTopic'
        'Test-KafkaCluster'
        'Wait-KafkaCluster'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
}
