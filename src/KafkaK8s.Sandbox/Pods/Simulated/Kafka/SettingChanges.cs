namespace KafkaK8s.Sandbox.Pods.Simulated.Kafka;

/// <summary>How settings are changed: a value sets one, null removes it.</summary>
internal static class SettingChanges
{
    public static void Change(this SortedDictionary<string, string> settings, string name, string? value)
    {
        if (value is null)
        {
            settings.Remove(name);
        }
        else
        {
            settings[name] = value;
        }
    }
}
