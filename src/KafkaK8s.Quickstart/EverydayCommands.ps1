# Each function becomes a command of the hosted shell, with the name and the most used parameters of the original.
# Functions whose names have no verb are their shared parts.

function Write-Host {
    param([Parameter(Position = 0, ValueFromPipeline)] [object] $Object, [switch] $NoNewline, [ConsoleColor] $ForegroundColor)
    process {
        $message = [System.Management.Automation.HostInformationMessage]@{ Message = "$Object"; NoNewLine = $NoNewline }
        if ($PSBoundParameters.ContainsKey('ForegroundColor')) { $message.ForegroundColor = $ForegroundColor }
        $PSCmdlet.WriteInformation($message, [string[]] 'PSHOST')
    }
}

function Write-Output {
    param([Parameter(Position = 0, ValueFromPipeline)] [AllowNull()] [object] $InputObject, [switch] $NoEnumerate)
    process { $PSCmdlet.WriteObject($InputObject, -not $NoEnumerate) }
}

function Write-Verbose {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Message)
    process { $PSCmdlet.WriteVerbose($Message) }
}

function Write-Debug {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Message)
    process { $PSCmdlet.WriteDebug($Message) }
}

function Write-Warning {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Message)
    process { $PSCmdlet.WriteWarning($Message) }
}

function Write-Information {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [object] $MessageData, [string[]] $Tags = @())
    process { $PSCmdlet.WriteInformation($MessageData, $Tags) }
}

function Write-Error {
    [CmdletBinding(DefaultParameterSetName = 'Message')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Message', ValueFromPipeline)] [string] $Message,
        [Parameter(Mandatory, ParameterSetName = 'Record')] [System.Management.Automation.ErrorRecord] $ErrorRecord,
        [Parameter(ParameterSetName = 'Message')] [string] $ErrorId = 'Error',
        [Parameter(ParameterSetName = 'Message')] [System.Management.Automation.ErrorCategory] $Category = 'NotSpecified',
        [Parameter(ParameterSetName = 'Message')] [object] $TargetObject)
    process {
        $record = $ErrorRecord
        if (-not $record) { $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new($Message), $ErrorId, $Category, $TargetObject) }
        $PSCmdlet.WriteError($record)
    }
}

function Write-Progress {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Activity, [Parameter(Position = 1)] [string] $Status = 'Processing',
        [int] $Id = 0, [int] $PercentComplete = -1, [switch] $Completed)
    $record = [System.Management.Automation.ProgressRecord]::new($Id, $Activity, $Status)
    $record.PercentComplete = $PercentComplete
    if ($Completed) { $record.RecordType = 'Completed' }
    $PSCmdlet.WriteProgress($record)
}

# The value of a property given by name, by script block, or as @{ Name; Expression }; and the name that it gets.
function PropertyValue {
    param($Item, $Property)
    $what = if ($Property -is [Collections.IDictionary]) { $Property['Expression'] ?? $Property['e'] } else { $Property }
    if ($what -is [scriptblock]) { $Item | ForEach-Object $what } else { $Item.$what }
}

function PropertyName {
    param($Property)
    if ($Property -is [Collections.IDictionary]) { $Property['Name'] ?? $Property['n'] ?? $Property['Label'] ?? $Property['l'] } else { "$Property" }
}

function Select-Object {
    param(
        [Parameter(ValueFromPipeline)] [psobject] $InputObject,
        [Parameter(Position = 0)] [object[]] $Property, [string] $ExpandProperty,
        [int] $First = -1, [int] $Last = -1, [int] $Skip = 0, [switch] $Unique)
    begin {
        $seen = 0
        $kept = [Collections.Generic.Queue[object]]::new()
        $already = [Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
        function Emit($item) {
            $value = $item
            if ($ExpandProperty) { $value = $item.$ExpandProperty }
            elseif ($Property) {
                $selected = [ordered]@{}
                foreach ($wanted in $Property) {
                    $names = if ($wanted -is [string] -and [wildcardpattern]::ContainsWildcardCharacters($wanted)) { @($item.psobject.Properties.Name) -like $wanted } else { , $wanted }
                    foreach ($name in $names) { $selected[(PropertyName $name)] = PropertyValue $item $name }
                }
                $value = [pscustomobject] $selected
            }
            if (-not $Unique -or $already.Add("$value")) { $value }
        }
    }
    process {
        if ($seen++ -lt $Skip) { return }
        if ($Last -ge 0) {
            $kept.Enqueue($InputObject)
            if ($kept.Count -gt $Last) { $null = $kept.Dequeue() }
            return
        }
        if ($First -ne 0) { Emit $InputObject }
        if ($First -ge 0 -and $seen - $Skip -ge $First) {
            [KafkaK8s.Quickstart.UpstreamCommands]::Stop($PSCmdlet)
        }
    }
    end { foreach ($item in $kept) { Emit $item } }
}

function Sort-Object {
    param([Parameter(ValueFromPipeline)] [psobject] $InputObject, [Parameter(Position = 0)] [object[]] $Property, [switch] $Descending, [switch] $Unique)
    begin { $all = [Collections.Generic.List[object]]::new() }
    process { $all.Add($InputObject) }
    end {
        $keys = if ($Property) { $Property } else { , { $_ } }
        $compare = [Comparison[object]] {
            param($left, $right)
            foreach ($key in $keys) {
                $order = [System.Management.Automation.LanguagePrimitives]::Compare((PropertyValue $left $key), (PropertyValue $right $key), $true)
                if ($order -ne 0) { return $(if ($Descending) { -$order } else { $order }) }
            }
            0
        }
        $sorted = [Linq.Enumerable]::Order([object[]] $all, [Collections.Generic.Comparer[object]]::Create($compare))
        $previous = $null
        foreach ($item in $sorted) {
            if (-not $Unique -or $null -eq $previous -or $compare.Invoke($previous, $item) -ne 0) { $item }
            $previous = $item
        }
    }
}

function Group-Object {
    param([Parameter(ValueFromPipeline)] [psobject] $InputObject, [Parameter(Position = 0)] [object] $Property, [switch] $NoElement)
    begin { $groups = [ordered]@{} }
    process {
        $name = if ($Property) { "$(PropertyValue $InputObject $Property)" } else { "$InputObject" }
        if (-not $groups.Contains($name)) { $groups[$name] = [Collections.Generic.List[object]]::new() }
        $groups[$name].Add($InputObject)
    }
    end {
        foreach ($name in $groups.Keys) {
            $group = [pscustomobject]@{ Count = $groups[$name].Count; Name = $name }
            if (-not $NoElement) { $group.psobject.Properties.Add([psnoteproperty]::new('Group', $groups[$name])) }
            $group
        }
    }
}

function Measure-Object {
    param(
        [Parameter(ValueFromPipeline)] [psobject] $InputObject, [Parameter(Position = 0)] [string] $Property,
        [switch] $Sum, [switch] $Average, [switch] $Minimum, [switch] $Maximum)
    begin { $count = 0; $total = 0; $least = $null; $most = $null }
    process {
        $count++
        $value = if ($Property) { $InputObject.$Property } else { $InputObject }
        if ($Sum -or $Average) { $total += $value }
        if ($Minimum -and ($null -eq $least -or $value -lt $least)) { $least = $value }
        if ($Maximum -and ($null -eq $most -or $value -gt $most)) { $most = $value }
    }
    end {
        $measured = [ordered]@{ Count = $count }
        if ($Average) { $measured.Average = if ($count) { $total / $count } }
        if ($Sum) { $measured.Sum = $total }
        if ($Maximum) { $measured.Maximum = $most }
        if ($Minimum) { $measured.Minimum = $least }
        if ($Property) { $measured.Property = $Property }
        [pscustomobject] $measured
    }
}

function Measure-Command {
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Expression)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    $null = . $Expression
    $watch.Elapsed
}

function Start-Sleep {
    param([Parameter(Position = 0)] [double] $Seconds = 0, [int] $Milliseconds = 0)
    $until = [DateTime]::UtcNow.AddSeconds($Seconds).AddMilliseconds($Milliseconds)
    # In slices, so that Ctrl+C is heard.
    while (($left = ($until - [DateTime]::UtcNow).TotalMilliseconds) -gt 0) { [Threading.Thread]::Sleep([Math]::Min(50, [Math]::Ceiling($left))) }
}

function Get-Date {
    param([Parameter(Position = 0)] [datetime] $Date = [DateTime]::Now, [string] $Format)
    if ($Format) { $Date.ToString($Format) } else { $Date }
}

function ToJsonNode {
    param($Value, [int] $Depth)
    if ($Value -is [psobject] -and $Value.psobject.BaseObject -isnot [System.Management.Automation.PSCustomObject]) { $Value = $Value.psobject.BaseObject }
    if ($null -eq $Value) { return $null }
    if ($Value -is [string] -or $Value -is [bool] -or $Value.GetType().IsPrimitive -or $Value -is [decimal] -or $Value -is [DateTime] -or $Value -is [DateTimeOffset]) {
        return [System.Text.Json.JsonSerializer]::SerializeToNode($Value, $Value.GetType())
    }
    if ($Value -is [enum]) { return [System.Text.Json.Nodes.JsonValue]::Create([long] $Value) }
    if ($Depth -lt 0 -or $Value -is [Version] -or $Value -is [TimeSpan] -or $Value -is [Uri] -or $Value -is [Guid]) { return [System.Text.Json.Nodes.JsonValue]::Create("$Value") }
    if ($Value -is [Collections.IDictionary]) {
        $object = [System.Text.Json.Nodes.JsonObject]::new()
        foreach ($key in $Value.Keys) { $object.Add("$key", (ToJsonNode $Value[$key] ($Depth - 1))) }
        return , $object
    }
    if ($Value -is [Collections.IEnumerable]) {
        $array = [System.Text.Json.Nodes.JsonArray]::new()
        foreach ($item in $Value) { $array.Add([System.Text.Json.Nodes.JsonNode] (ToJsonNode $item ($Depth - 1))) }
        return , $array
    }
    $object = [System.Text.Json.Nodes.JsonObject]::new()
    foreach ($property in $Value.psobject.Properties) { $object.Add($property.Name, (ToJsonNode $property.Value ($Depth - 1))) }
    , $object
}

function ConvertTo-Json {
    param([Parameter(Position = 0, ValueFromPipeline)] [AllowNull()] [object] $InputObject, [int] $Depth = 4, [switch] $Compress, [switch] $AsArray)
    begin { $all = [Collections.Generic.List[object]]::new() }
    process { $all.Add($InputObject) }
    end {
        $node = if ($all.Count -eq 1 -and -not $AsArray) { ToJsonNode $all[0] $Depth } else { ToJsonNode $all $Depth }
        $options = [System.Text.Json.JsonSerializerOptions]@{ WriteIndented = -not $Compress; Encoder = [System.Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping }
        if ($null -eq $node) { 'null' } else { $node.ToJsonString($options) }
    }
}

function FromJsonElement {
    param([System.Text.Json.JsonElement] $Element)
    switch ("$($Element.ValueKind)") {
        'Object' {
            $object = [ordered]@{}
            foreach ($property in $Element.EnumerateObject()) { $object[$property.Name] = FromJsonElement $property.Value }
            [pscustomobject] $object
        }
        'Array' { , @(foreach ($item in $Element.EnumerateArray()) { FromJsonElement $item }) }
        'String' { $Element.GetString() }
        'Number' { $whole = 0L; if ($Element.TryGetInt64([ref] $whole)) { $whole } else { $Element.GetDouble() } }
        'True' { $true }
        'False' { $false }
        default { $null }
    }
}

function ConvertFrom-Json {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $InputObject)
    begin { $lines = [Collections.Generic.List[string]]::new() }
    process { $lines.Add($InputObject) }
    end {
        $document = [System.Text.Json.JsonDocument]::Parse($lines -join "`n")
        try { FromJsonElement $document.RootElement } finally { $document.Dispose() }
    }
}

function Get-Content {
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('FullName')] [string] $Path, [switch] $Raw)
    process {
        $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
        if ($Raw) { [IO.File]::ReadAllText($file) } else { [IO.File]::ReadLines($file) }
    }
}

function Set-Content {
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [Parameter(Position = 1, ValueFromPipeline)] [AllowNull()] [object[]] $Value)
    begin { $lines = [Collections.Generic.List[string]]::new() }
    process { foreach ($line in $Value) { $lines.Add("$line") } }
    end { [IO.File]::WriteAllLines($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path), $lines) }
}

function Get-ChildItem {
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('FullName')] [string] $Path = '.', [string] $Filter = '*', [switch] $Recurse)
    process {
        $folder = [IO.DirectoryInfo]::new($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path))
        $folder.EnumerateFileSystemInfos($Filter, $(if ($Recurse) { 'AllDirectories' } else { 'TopDirectoryOnly' })) | Sort-Object FullName
    }
}

function New-Item {
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [ValidateSet('File', 'Directory')] [string] $ItemType = 'File', [switch] $Force)
    $target = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    if (-not $Force -and (Test-Path $target)) { throw "An item with the specified name $target already exists." }
    if ($ItemType -eq 'Directory') { [IO.Directory]::CreateDirectory($target) } else { [IO.File]::Create($target).Dispose(); [IO.FileInfo]::new($target) }
}

function Remove-Item {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('FullName')] [string] $Path, [switch] $Recurse)
    process {
        $target = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
        if (-not $PSCmdlet.ShouldProcess($target)) { return }
        if ([IO.Directory]::Exists($target)) { [IO.Directory]::Delete($target, $Recurse) }
        elseif ([IO.File]::Exists($target)) { [IO.File]::Delete($target) }
        else { throw "Cannot find path '$target' because it does not exist." }
    }
}

function Test-Path {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Path)
    process { [IO.Path]::Exists($PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)) }
}

function Join-Path {
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [Parameter(Mandatory, Position = 1)] [string] $ChildPath)
    [IO.Path]::Combine($Path, $ChildPath)
}
