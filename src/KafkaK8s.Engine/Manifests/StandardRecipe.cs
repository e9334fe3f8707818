using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Manifests;

/// <summary>
/// The article's cluster as one would run it today. Names, labels, ports, container names and the brokers' data directory stay the
/// article's, so a cluster made from its files can be brought here in place.
/// </summary>
internal sealed class StandardRecipe : ClusterRecipe
{
    private const string ZookeeperImage = "zookeeper:3.9.4";

    // The last line of Kafka that still runs on ZooKeeper.
    private const string KafkaImage = "confluentinc/cp-kafka:7.9.2";
    private const string DefaultStorageSize = "1Gi";

    // The uid and gid that both images run as; the group makes claims writable for them.
    private const int ImageUser = 1000;

    private const string ZookeeperCommand = "export ZOO_MY_ID=$((${HOSTNAME##*-}+1)) && exec /docker-entrypoint.sh zkServer.sh start-foreground";

    // srvr answers with a mode only in a member that is part of a quorum; ruok says imok without one.
    private const string HasQuorum = "echo srvr | nc -w 2 127.0.0.1 2181 | grep -q '^Mode: '";

    public override bool ZookeeperHasClaims => true;

    public override string PreferredBudgetVersion => "policy/v1";

    public override IEnumerable<Manifest> Zookeeper(ClusterIdentity cluster, ZookeeperSpecification zookeeper, string budgetVersion)
    {
        var name = cluster.ZookeeperSet;
        yield return new("110-zookeeper-service.yml", Service(cluster, name, name, [ServicePort("client", ClientPort, "client")]));

        // Members find each other before they are ready: without each other they never would be.
        yield return new("110-zookeeper-service-headless.yml", HeadlessService(cluster, cluster.ZookeeperHeadlessService, name, publishNotReady: true,
        [
            ServicePort("client", ClientPort, "client"),
            ServicePort("election", ElectionPort, "election"),
            ServicePort("server", ServerPort, "server"),
        ]));
        yield return new("140-zookeeper-statefulset.yml", Resource("apps/v1", "StatefulSet", cluster, name, ZookeeperSet(cluster, zookeeper), app: name));
        yield return new("150-zookeeper-disruptionbudget.yml", DisruptionBudget(cluster, name, budgetVersion));
    }

    public override IEnumerable<Manifest> Brokers(ClusterIdentity cluster, BrokerSpecification brokers, string budgetVersion)
    {
        var name = cluster.BrokerSet;
        yield return new("210-kafka-service.yml", Service(cluster, name, name, [ServicePort("broker", BrokerPort, "kafka")]));
        yield return new("210-kafka-service-headless.yml", HeadlessService(cluster, cluster.BrokerHeadlessService, name, publishNotReady: true,
            [ServicePort("broker", BrokerPort, "kafka")]));
        yield return new("240-kafka-statefulset.yml", Resource("apps/v1", "StatefulSet", cluster, name, BrokerSet(cluster, brokers), app: name));
        yield return new("250-kafka-disruptionbudget.yml", DisruptionBudget(cluster, name, budgetVersion));
    }

    public override Manifest Client(ClusterIdentity cluster, ClientSpecification client, string? brokerImage) =>
        new("400-pod-test.yml", Resource("v1", "Pod", cluster, cluster.ClientPod, new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["command"] = Strings("sh", "-c", "exec tail -f /dev/null"),
                ["image"] = client.Image ?? brokerImage ?? KafkaImage,
                ["imagePullPolicy"] = "IfNotPresent",
                ["name"] = "kafka",
            }),
            ["enableServiceLinks"] = false,

            // tail ignores the polite signal; nothing is lost by not waiting for it.
            ["terminationGracePeriodSeconds"] = 1,
        }, app: cluster.ClientPod));

    private static JsonObject ZookeeperSet(ClusterIdentity cluster, ZookeeperSpecification zookeeper) =>
        Set(zookeeper.Replicas ?? DefaultReplicas, cluster.ZookeeperSet, cluster.ZookeeperHeadlessService, gracePeriod: 30,
            new JsonObject
            {
                ["command"] = Strings("bash", "-c", ZookeeperCommand),
                ["env"] = ZookeeperVariables(cluster, zookeeper.Replicas ?? DefaultReplicas),
                ["image"] = zookeeper.Image ?? ZookeeperImage,
                ["imagePullPolicy"] = "IfNotPresent",

                // Liveness asks for the process only: a member without a quorum is waiting for the others, and killing it helps nobody.
                ["livenessProbe"] = Probe(TcpSocket("client"), period: 10, failures: 6, timeout: 5),
                ["name"] = "zookeeper",
                ["ports"] = new JsonArray(ContainerPort("client", ClientPort), ContainerPort("election", ElectionPort), ContainerPort("server", ServerPort)),
                ["readinessProbe"] = Probe(Exec("sh", "-c", HasQuorum), period: 5, failures: 3, timeout: 5),
                ["startupProbe"] = Probe(Exec("sh", "-c", HasQuorum), period: 1, failures: 300, timeout: 5),
                ["volumeMounts"] = new JsonArray(new JsonObject { ["mountPath"] = "/data", ["name"] = "data" }),
            },
            runAsUser: true,
            Claim("data", zookeeper.StorageSize ?? DefaultStorageSize, zookeeper.StorageClass));

    private static JsonArray ZookeeperVariables(ClusterIdentity cluster, int replicas) =>
    [
        Variable("ZOO_SERVERS", string.Join(' ', Enumerable.Range(0, replicas).Select(ordinal => Member(cluster, ordinal)))),
        Variable("ZOO_4LW_COMMANDS_WHITELIST", "ruok,srvr,mntr,stat,conf"),
        Variable("ZOO_STANDALONE_ENABLED", "false"),

        // A member may start before its own name resolves, so it binds to every address.
        Variable("ZOO_CFG_EXTRA", "quorumListenOnAllIPs=true"),

        // The transaction log belongs in the claim too; the image would keep it in the container.
        Variable("ZOO_DATA_LOG_DIR", "/data/log"),

        // Hours between clean-ups of old snapshots; without any a small claim fills up.
        Variable("ZOO_AUTOPURGE_PURGEINTERVAL", "24"),
    ];

    private static string Member(ClusterIdentity cluster, int ordinal) =>
        $"server.{Text(ordinal + 1)}={cluster.ZookeeperSet}-{Text(ordinal)}.{cluster.ZookeeperHeadlessService}.{cluster.Namespace}.svc.cluster.local:{ServerPort}:{ElectionPort};{ClientPort}";

    private static JsonObject BrokerSet(ClusterIdentity cluster, BrokerSpecification brokers) =>
        Set(brokers.Replicas ?? DefaultReplicas, cluster.BrokerSet, cluster.BrokerHeadlessService, gracePeriod: 60,
            new JsonObject
            {
                ["command"] = Strings("sh", "-exc", BrokerCommand(cluster)),
                ["env"] = WithSettings(BrokerVariables(cluster, brokers), brokers.Configuration),
                ["image"] = brokers.Image ?? KafkaImage,
                ["imagePullPolicy"] = "IfNotPresent",
                ["livenessProbe"] = Probe(TcpSocket("kafka"), period: 10, failures: 6, timeout: 5),
                ["name"] = "kafka-broker",
                ["ports"] = new JsonArray(ContainerPort("kafka", BrokerPort)),
                ["readinessProbe"] = Probe(TcpSocket("kafka"), period: 5, failures: 3, timeout: 5),
                ["startupProbe"] = Probe(TcpSocket("kafka"), period: 1, failures: 300, timeout: 5),
                ["volumeMounts"] = new JsonArray(new JsonObject { ["mountPath"] = "/opt/kafka/data", ["name"] = "datadir" }),
            },
            runAsUser: false,
            Claim("datadir", brokers.StorageSize ?? DefaultStorageSize, brokers.StorageClass));

    private static string BrokerCommand(ClusterIdentity cluster) => $$"""
        export KAFKA_BROKER_ID=${HOSTNAME##*-} && \
        export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${HOSTNAME}.{{cluster.BrokerHeadlessService}}.${POD_NAMESPACE}.svc.cluster.local:9092 && \
        exec /etc/confluent/docker/run

        """;

    private static JsonArray BrokerVariables(ClusterIdentity cluster, BrokerSpecification brokers)
    {
        var count = brokers.Replicas ?? DefaultReplicas;
        var copies = Text(Math.Min(3, count));

        // Two in sync survive the loss of one broker of three; with fewer brokers that would stop every write instead.
        var inSync = count >= 3 ? "2" : "1";
        return
        [
            VariableFromField("POD_NAMESPACE", "metadata.namespace"),
            Variable("KAFKA_HEAP_OPTS", brokers.HeapOptions ?? "-Xmx1G -Xms1G"),
            Variable("KAFKA_ZOOKEEPER_CONNECT", $"{cluster.ZookeeperSet}:{ClientPort}"),
            Variable("KAFKA_LOG_DIRS", "/opt/kafka/data/logs"),
            Variable("KAFKA_DEFAULT_REPLICATION_FACTOR", copies),
            Variable("KAFKA_MIN_INSYNC_REPLICAS", inSync),
            Variable("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", copies),
            Variable("KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR", copies),
            Variable("KAFKA_TRANSACTION_STATE_LOG_MIN_ISR", inSync),
        ];
    }

    private static JsonObject Set(
        int replicas, string name, string headlessService, int gracePeriod, JsonObject container, bool runAsUser, JsonObject claim)
    {
        var security = new JsonObject { ["fsGroup"] = ImageUser, ["fsGroupChangePolicy"] = "OnRootMismatch" };
        if (runAsUser)
        {
            security["runAsUser"] = ImageUser;
        }

        return new JsonObject
        {
            ["podManagementPolicy"] = "Parallel",
            ["replicas"] = replicas,
            ["revisionHistoryLimit"] = 3,
            ["selector"] = Matching(name),
            ["serviceName"] = headlessService,
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = App(name) },
                ["spec"] = new JsonObject
                {
                    ["affinity"] = SpreadOverNodes(name),
                    ["containers"] = new JsonArray(container),
                    ["enableServiceLinks"] = false,
                    ["securityContext"] = security,
                    ["terminationGracePeriodSeconds"] = gracePeriod,
                },
            },
            ["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" },
            ["volumeClaimTemplates"] = new JsonArray(claim),
        };
    }

    private static JsonObject SpreadOverNodes(string app) => new()
    {
        ["podAntiAffinity"] = new JsonObject
        {
            ["preferredDuringSchedulingIgnoredDuringExecution"] = new JsonArray(new JsonObject
            {
                ["podAffinityTerm"] = new JsonObject { ["labelSelector"] = Matching(app), ["topologyKey"] = "kubernetes.io/hostname" },
                ["weight"] = 100,
            }),
        },
    };

    private static JsonObject Probe((string Kind, JsonNode? Action) check, int period, int failures, int timeout) =>
        Probe(check, ("failureThreshold", failures), ("periodSeconds", period), ("timeoutSeconds", timeout));
}
