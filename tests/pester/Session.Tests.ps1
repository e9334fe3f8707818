BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $sandbox = Start-Sandbox
    $env:KUBECONFIG = $sandbox.KubeConfig
    New-KafkaNamespace the-project | Out-Null
    Set-KafkaContext -Namespace the-project
    New-KafkaCluster | Out-Null
}

AfterAll {
    $env:KUBECONFIG = $null
    Stop-Sandbox $sandbox
}

Describe 'A cluster at a prompt' {
    It 'is one object, with a table as kubectl would show it' {
        $cluster = Get-KafkaCluster
        $cluster.Name | Should -Be 'kafka'
        $cluster | Out-String | Should -Match '(?m)^\s*NAME\s.*(?s:.)*^\s*kafka\s'
    }

    It 'flows through the pipeline by property name' {
        (Get-KafkaCluster | Get-KafkaBroker).Count | Should -Be 3
    }

    It 'is not changed by -WhatIf' {
        $before = Get-KafkaCluster | ConvertTo-Json -Depth 5
        Remove-KafkaCluster -IncludeData -WhatIf
        Get-KafkaCluster | ConvertTo-Json -Depth 5 | Should -Be $before
    }

    It 'asks before data is lost, and without anybody to answer that is an error' {
        # This process runs with -NonInteractive.
        { Remove-KafkaCluster -IncludeData -ErrorAction Stop } | Should -Throw
        Get-KafkaCluster | Should -Not -BeNullOrEmpty
    }

    It 'carries records from one pipeline to another' {
        New-KafkaTopic pester -Partitions 1 -ReplicationFactor 1
        'a', 'b', 'c' | Send-KafkaMessage pester
        (Receive-KafkaMessage pester -FromBeginning -MaxCount 3).Value | Should -Be 'a', 'b', 'c'
    }

    It 'stops a command when the pipeline has enough' {
        New-KafkaTopic enough -Partitions 1 -ReplicationFactor 1
        'a', 'b' | Send-KafkaMessage enough
        (Receive-KafkaMessage enough -FromBeginning -Follow | Select-Object -First 1).Value | Should -Be 'a'
    }

    It 'gives an error an id, a category, a target and advice' {
        $failure = { Remove-KafkaTopic no-such-topic -Confirm:$false -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'TopicNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be 'no-such-topic'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe 'Tab completion' {
    It 'offers contexts' { Complete 'Set-KafkaContext -Context ' | Should -Contain 'sandbox' }
    It 'offers namespaces' { Complete 'Get-KafkaCluster -Namespace the' | Should -Contain 'the-project' }
    It 'offers clusters' { Complete 'Get-KafkaBroker -Cluster ' | Should -Contain 'kafka' }
    It 'offers topics' {
        New-KafkaTopic completed -Partitions 1 -ReplicationFactor 1
        Complete 'Get-KafkaTopic comp' | Should -Contain 'completed'
    }
    It 'offers nothing, soon, when the cluster is gone' {
        $before = $env:KUBECONFIG
        try {
            $env:KUBECONFIG = Join-Path $sandbox.Folder 'gone'
            (Get-Content $before -Raw) -replace 'server: .*', 'server: https://127.0.0.1:1' | Set-Content $env:KUBECONFIG
            # What PowerShell falls back to is the names of files.
            (Measure-Command { Complete 'Get-KafkaCluster -Namespace zzz' | Should -BeNullOrEmpty }).TotalSeconds | Should -BeLessThan 3
        }
        finally { $env:KUBECONFIG = $before }
    }
}

Describe 'The examples' {
    It 'run to their end' {
        $quickstart = Start-Sandbox
        try {
            $log = Invoke-PowerShell "
                `$ErrorActionPreference = 'Stop'
                `$env:KUBECONFIG = '$($quickstart.KubeConfig)'
                Import-Module '$moduleBase/KafkaK8s.psd1'
                . '$moduleBase/examples/quickstart.ps1'" 2>&1
            $LASTEXITCODE | Should -Be 0 -Because ($log | Out-String)
        }
        finally { Stop-Sandbox $quickstart }
    }

    It 'can be run twice, where they are for that' {
        foreach ($run in 1, 2) {
            $log = Invoke-PowerShell "
                `$env:KUBECONFIG = '$($sandbox.KubeConfig)'
                Import-Module '$moduleBase/KafkaK8s.psd1'
                & '$moduleBase/examples/runbook-cluster.ps1'; exit `$LASTEXITCODE" 2>&1
            $LASTEXITCODE | Should -Be 0 -Because ($log | Out-String)
        }
    }
}
