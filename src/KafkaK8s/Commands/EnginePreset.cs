using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Commands;

/// <summary>The engine's name for a preset.</summary>
internal static class EnginePreset
{
    public static ClusterPreset Of(KafkaPreset? preset) => preset == KafkaPreset.Article ? ClusterPreset.Article : ClusterPreset.Standard;
}
