using System.Globalization;
using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Manifests;

/// <summary>Makes the resources of a cluster from what was specified. One recipe a preset; specifications are checked before.</summary>
internal abstract class ClusterRecipe
{
    /// <summary>How many members and brokers there are unless something else is asked for.</summary>
    public const int DefaultReplicas = 3;

    protected const int ClientPort = 2181;
    protected const int ServerPort = 2888;
    protected const int ElectionPort = 3888;
    protected const int BrokerPort = 9092;

    /// <summary>The recipe of a preset.</summary>
    public static ClusterRecipe Of(ClusterPreset preset) => preset == ClusterPreset.Article ? new ArticleRecipe() : new StandardRecipe();

    /// <summary>Whether the ensemble keeps its data in claims.</summary>
    public abstract bool ZookeeperHasClaims { get; }

    /// <summary>The API version of disruption budgets that this recipe prefers where a server has both, or where there is none to ask.</summary>
    public abstract string PreferredBudgetVersion { get; }

    /// <summary>The namespace.</summary>
    public static Manifest Namespace(string name) => new("000-namespace.yml", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name },
    });

    /// <summary>The ensemble's services, StatefulSet and disruption budget.</summary>
    public abstract IEnumerable<Manifest> Zookeeper(ClusterIdentity cluster, ZookeeperSpecification zookeeper, string budgetVersion);

    /// <summary>The brokers' services, StatefulSet and, where the preset has one, disruption budget.</summary>
    public abstract IEnumerable<Manifest> Brokers(ClusterIdentity cluster, BrokerSpecification brokers, string budgetVersion);

    /// <summary>The test client's pod.</summary>
    public abstract Manifest Client(ClusterIdentity cluster, ClientSpecification client, string? brokerImage);

    protected static JsonObject Resource(string apiVersion, string kind, ClusterIdentity cluster, string name, JsonObject spec, string? app = null)
    {
        var metadata = new JsonObject();
        if (app is not null)
        {
            metadata["labels"] = App(app);
        }

        metadata["name"] = name;
        metadata["namespace"] = cluster.Namespace;
        return new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = metadata, ["spec"] = spec };
    }

    protected static JsonObject App(string app) => new() { ["app"] = app };

    protected static JsonObject Matching(string app) => new() { ["matchLabels"] = App(app) };

    protected static JsonObject Service(ClusterIdentity cluster, string name, string app, JsonArray ports) =>
        Resource("v1", "Service", cluster, name, new JsonObject
        {
            ["ports"] = ports,
            ["selector"] = App(app),
            ["sessionAffinity"] = "None",
            ["type"] = "ClusterIP",
        });

    protected static JsonObject HeadlessService(ClusterIdentity cluster, string name, string app, bool publishNotReady, JsonArray ports)
    {
        var spec = new JsonObject { ["clusterIP"] = "None", ["ports"] = ports };
        if (publishNotReady)
        {
            spec["publishNotReadyAddresses"] = true;
        }

        spec["selector"] = App(app);
        spec["sessionAffinity"] = "None";
        spec["type"] = "ClusterIP";
        return Resource("v1", "Service", cluster, name, spec);
    }

    protected static JsonObject DisruptionBudget(ClusterIdentity cluster, string name, string apiVersion) =>
        Resource(apiVersion, "PodDisruptionBudget", cluster, name, new JsonObject { ["maxUnavailable"] = 1, ["selector"] = Matching(name) }, app: name);

    protected static JsonObject ServicePort(string name, int port, JsonNode target) =>
        new() { ["name"] = name, ["port"] = port, ["protocol"] = "TCP", ["targetPort"] = target };

    protected static JsonObject ContainerPort(string name, int port) =>
        new() { ["containerPort"] = port, ["name"] = name, ["protocol"] = "TCP" };

    protected static JsonObject Variable(string name, string value) => new() { ["name"] = name, ["value"] = value };

    protected static JsonObject VariableFromField(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };

    protected static JsonObject Claim(string name, string size, string? storageClass)
    {
        var spec = new JsonObject
        {
            ["accessModes"] = Strings("ReadWriteOnce"),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } },
        };
        if (storageClass is not null)
        {
            spec["storageClassName"] = storageClass;
        }

        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = spec };
    }

    protected static (string Kind, JsonNode? Action) Exec(params string[] command) => ("exec", new JsonObject { ["command"] = Strings(command) });

    protected static (string Kind, JsonNode? Action) TcpSocket(string port) => ("tcpSocket", new JsonObject { ["port"] = port });

    /// <summary>A probe, its fields in alphabetical order as everywhere else.</summary>
    protected static JsonObject Probe((string Kind, JsonNode? Action) check, params (string Field, int Value)[] timing) =>
        new(timing.Select(pair => KeyValuePair.Create(pair.Field, (JsonNode?)pair.Value))
            .Append(KeyValuePair.Create(check.Kind, check.Action))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal));

    protected static JsonArray Strings(params string[] values) => [.. values];

    protected static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The recipe's variables with the specified settings over them: a setting of the same name wins.</summary>
    protected static JsonArray WithSettings(JsonArray variables, IReadOnlyDictionary<string, string>? settings)
    {
        foreach (var (setting, value) in settings ?? new Dictionary<string, string>())
        {
            var variable = Variable(BrokerEnvironment.Variable(setting), value);
            var index = variables.IndexOf(variables.FirstOrDefault(known => (string?)known?["name"] == (string?)variable["name"]));
            if (index < 0)
            {
                variables.Add(variable);
            }
            else
            {
                variables[index] = variable;
            }
        }

        return variables;
    }
}
