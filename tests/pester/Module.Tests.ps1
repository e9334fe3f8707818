BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $commands = Get-Command -Module KafkaK8s
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
}

Describe 'The module' {
    It 'has a manifest that is valid' {
        Test-ModuleManifest "$moduleBase/KafkaK8s.psd1" -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'exports by name, without wildcards' {
        $manifest = Import-PowerShellDataFile "$moduleBase/KafkaK8s.psd1"
        @($manifest.CmdletsToExport) | Should -Not -Contain '*'
        @($manifest.CmdletsToExport).Count | Should -Be (Get-Command -Module KafkaK8s).Count
    }

    It 'exports every cmdlet that its assembly has' {
        $classes = (Get-Module KafkaK8s).ImplementingAssembly.GetExportedTypes() |
            Where-Object { -not $_.IsAbstract -and $_.IsSubclassOf([System.Management.Automation.Cmdlet]) }
        $names = $classes | ForEach-Object {
            $attribute = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
            "$($attribute.VerbName)-$($attribute.NounName)"
        }
        $names | Sort-Object | Should -Be ((Get-Command -Module KafkaK8s).Name | Sort-Object)
    }

    It 'ships no assembly that belongs to PowerShell' {
        Get-ChildItem $moduleBase -Recurse -Filter *.dll |
            Where-Object Name -match '^(System\.Management\.Automation|Newtonsoft\.Json|System\.Text\.Json|Microsoft\.PowerShell\.)' |
            Should -BeNullOrEmpty
    }

    It 'imports without loading its engine' {
        # In a process of its own: in this one other tests may have used a command.
        $loaded = Invoke-PowerShell "
            Import-Module '$moduleBase/KafkaK8s.psd1'
            [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name | Where-Object { `$_ -in 'KafkaK8s.Engine', 'KubernetesClient', 'YamlDotNet' }"
        $loaded | Should -BeNullOrEmpty
    }

    It 'can be removed and imported again' {
        Remove-Module KafkaK8s
        Import-Module "$moduleBase/KafkaK8s.psd1"
        Get-Command -Module KafkaK8s | Should -Not -BeNullOrEmpty
    }
}

Describe 'The command <_.Name>' -ForEach $commands {
    BeforeAll {
        $command = $_
        $help = Get-Help $command.Name -Full
    }

    It 'has an approved verb' {
        (Get-Verb).Verb | Should -Contain $command.Verb
    }

    It 'has a synopsis and a description' {
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.Synopsis.Trim() | Should -Not -BeLike "$($command.Name) *"
        ($help.description.Text -join '').Trim() | Should -Not -BeNullOrEmpty
    }

    It 'has a text for every parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        $hidden = { $_.Attributes.Where({ $_ -is [Parameter] }).DontShow -notcontains $false }
        foreach ($parameter in $command.Parameters.Values | Where-Object { $_.Name -notin $common -and -not (& $hidden) }) {
            $text = ($help.parameters.parameter | Where-Object name -eq $parameter.Name).description.Text -join ''
            $text.Trim() | Should -Not -BeNullOrEmpty -Because "-$($parameter.Name) must be explained"
        }
    }

    It 'has two examples, and each of them is PowerShell' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.examples.example) {
            $mistakes = $null
            [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $mistakes) | Out-Null
            $mistakes | Should -BeNullOrEmpty
        }
    }
}

# What is only this session's or only a file's needs no preview.
Describe 'The changing command <_.Name>' -ForEach ($commands | Where-Object {
        $_.Verb -in 'New', 'Set', 'Remove', 'Restart', 'Start', 'Send', 'Move', 'Reset', 'Import' -and $_.Name -ne 'Set-KafkaContext' }) {
    It 'offers -WhatIf' {
        $_.Parameters.Keys | Should -Contain 'WhatIf'
    }
}

Describe 'The topic <_>' -ForEach 'about_KafkaK8s', 'about_KafkaK8s_Connections', 'about_KafkaK8s_Clusters', 'about_KafkaK8s_Messages', 'about_KafkaK8s_Topics', 'about_KafkaK8s_Changes', 'about_KafkaK8s_Automation' {
    It 'is found by Get-Help' {
        Get-Help $_ | Out-String | Should -Match "SHORT DESCRIPTION"
    }
}
