using System.Management.Automation;
using KafkaK8s.Tests.Hosting;

namespace KafkaK8s.Tests;

public sealed class ContextTests : IDisposable
{
    private readonly KubeConfigFile _file = KubeConfigFile.WithTwoContexts();
    private readonly ModuleSession _session = new();

    public ContextTests()
    {
        _session.Variable("file", _file.Path);
        _session.Run("Set-KafkaContext -KubeConfig $file").Succeeded();
    }

    [Fact]
    public void Contexts_come_from_the_kubeconfig_with_the_current_one_marked()
    {
        var contexts = _session.Run("Get-KafkaContext | ForEach-Object { '{0} {1} {2}' -f $_.Name, $_.Namespace, $_.IsCurrent }").Succeeded();

        Assert.Equal(["staging streams True", "two words  False"], contexts.Select(context => context.ToString()));
    }

    [Fact]
    public void A_chosen_context_and_namespace_are_the_current_ones()
    {
        var current = _session.Run("Set-KafkaContext 'two words' -Namespace the-project -Cluster events -PassThru").One();

        Assert.Equal(("two words", "the-project", "events", true), ((string)current.Name, (string)current.Namespace, (string)current.DefaultCluster, (bool)current.IsCurrent));
    }

    [Fact]
    public void Another_context_leaves_the_namespace_of_the_old_one_behind()
    {
        _session.Run("Set-KafkaContext staging -Namespace the-project; Set-KafkaContext 'two words'").Succeeded();

        Assert.Null((string?)_session.Run("Get-KafkaContext 'two words'").One().Namespace);
    }

    [Fact]
    public void A_default_can_be_taken_back()
    {
        _session.Run("Set-KafkaContext 'two words'; Set-KafkaContext $null").Succeeded();

        Assert.True((bool)_session.Run("Get-KafkaContext staging").One().IsCurrent);
    }

    [Fact]
    public void An_unknown_context_is_refused_and_changes_nothing()
    {
        _session.Run("Set-KafkaContext nowhere").Failure("ContextNotFound", ErrorCategory.ObjectNotFound, "nowhere");

        Assert.True((bool)_session.Run("Get-KafkaContext staging").One().IsCurrent);
    }

    [Fact]
    public void A_literal_name_that_is_missing_is_an_error_and_a_wildcard_without_a_match_is_silence()
    {
        var missing = _session.Run("Get-KafkaContext nowhere, staging");

        Assert.Equal("staging", missing.Output.Single().ToString());
        missing.Failure("ContextNotFound", ErrorCategory.ObjectNotFound, "nowhere");
        Assert.Empty(_session.Run("Get-KafkaContext no*").Succeeded());
    }

    [Fact]
    public void What_if_chooses_nothing()
    {
        var preview = _session.Run("Set-KafkaContext 'two words' -WhatIf");

        Assert.Contains("What if", preview.Screen, StringComparison.Ordinal);
        Assert.True((bool)_session.Run("Get-KafkaContext staging").One().IsCurrent);
    }

    [Fact]
    public void Two_sessions_have_defaults_of_their_own()
    {
        using var other = new ModuleSession();
        other.Variable("file", _file.Path);
        _session.Run("Set-KafkaContext 'two words'").Succeeded();

        Assert.True((bool)other.Run("Get-KafkaContext staging -KubeConfig $file").One().IsCurrent);
    }

    [Fact]
    public void Tab_offers_contexts_and_quotes_those_with_spaces()
    {
        Assert.Equal(["staging", "'two words'"], _session.Complete("Get-KafkaContext "));
        Assert.Equal(["'two words'"], _session.Complete("Set-KafkaContext -Context 'two"));
        Assert.Equal(["staging"], _session.Complete($"Get-KafkaContext -KubeConfig {_file.Path} -Name st"));
    }

    [Fact]
    public void A_missing_kubeconfig_is_named()
    {
        var path = Path.Combine(Path.GetTempPath(), "no-such.kubeconfig");

        _session.Run($"Get-KafkaContext -KubeConfig {path}").Failure("KubeConfigNotFound", ErrorCategory.ObjectNotFound, path);
    }

    public void Dispose()
    {
        _session.Dispose();
        _file.Dispose();
    }
}
