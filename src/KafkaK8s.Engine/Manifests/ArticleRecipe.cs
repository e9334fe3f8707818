using System.Text.Json.Nodes;
using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Manifests;

/// <summary>The nine manifests of the article <i>Kafka on Kubernetes</i>, field for field.</summary>
internal sealed class ArticleRecipe : ClusterRecipe
{
    private const string ZookeeperImage = "gcr.io/google_samples/k8szk:v3";
    private const string KafkaImage = "confluentinc/cp-kafka:4.1.2-2";
    private const string StorageClass = "rook-block";

    // The service links of a service called kafka put a KAFKA_PORT into every pod, and the image refuses to start with one.
    private const string BrokerCommand = """
        unset KAFKA_PORT && \
        export KAFKA_BROKER_ID=${HOSTNAME##*-} && \
        export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${POD_IP}:9092 && \
        exec /etc/confluent/docker/run

        """;

    public override bool ZookeeperHasClaims => false;

    public override string PreferredBudgetVersion => "policy/v1beta1";

    public override IEnumerable<Manifest> Zookeeper(ClusterIdentity cluster, ZookeeperSpecification zookeeper, string budgetVersion)
    {
        var name = cluster.ZookeeperSet;
        yield return new("110-zookeeper-service.yml", Service(cluster, name, name, [ServicePort("client", ClientPort, "client")]));
        yield return new("110-zookeeper-service-headless.yml", HeadlessService(cluster, cluster.ZookeeperHeadlessService, name, publishNotReady: false,
        [
            ServicePort("client", ClientPort, ClientPort),
            ServicePort("election", ElectionPort, ElectionPort),
            ServicePort("server", ServerPort, ServerPort),
        ]));
        yield return new("140-zookeeper-statefulset.yml", Resource("apps/v1", "StatefulSet", cluster, name, ZookeeperSet(cluster, zookeeper)));
        yield return new("150-zookeeper-disruptionbudget.yml", DisruptionBudget(cluster, name, budgetVersion));
    }

    public override IEnumerable<Manifest> Brokers(ClusterIdentity cluster, BrokerSpecification brokers, string budgetVersion)
    {
        var name = cluster.BrokerSet;
        yield return new("210-kafka-service.yml", Service(cluster, name, name, [ServicePort("broker", BrokerPort, "kafka")]));
        yield return new("210-kafka-service-headless.yml", HeadlessService(cluster, cluster.BrokerHeadlessService, name, publishNotReady: false,
            [ServicePort("broker", BrokerPort, BrokerPort)]));
        yield return new("240-kafka-statefulset.yml", Resource("apps/v1", "StatefulSet", cluster, name, BrokerSet(cluster, brokers), app: name));
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
                ["resources"] = new JsonObject(),
                ["terminationMessagePath"] = "/dev/termination-log",
                ["terminationMessagePolicy"] = "File",
            }),
        }));

    private static JsonObject ZookeeperSet(ClusterIdentity cluster, ZookeeperSpecification zookeeper)
    {
        var replicas = zookeeper.Replicas ?? DefaultReplicas;
        return Set(replicas, cluster.ZookeeperSet, cluster.ZookeeperHeadlessService, new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["command"] = Strings("/bin/bash", "-xec", "zkGenConfig.sh && exec zkServer.sh start-foreground"),
                ["env"] = ZookeeperVariables(replicas),
                ["image"] = zookeeper.Image ?? ZookeeperImage,
                ["imagePullPolicy"] = "IfNotPresent",
                ["livenessProbe"] = Probe(Exec("zkOk.sh"), delay: 20, timeout: 1),
                ["name"] = "zookeeper",
                ["ports"] = new JsonArray(ContainerPort("client", ClientPort), ContainerPort("election", ElectionPort), ContainerPort("server", ServerPort)),
                ["readinessProbe"] = Probe(Exec("zkOk.sh"), delay: 20, timeout: 1),
                ["resources"] = new JsonObject(),
                ["terminationMessagePath"] = "/dev/termination-log",
                ["terminationMessagePolicy"] = "File",
                ["volumeMounts"] = new JsonArray(new JsonObject { ["mountPath"] = "/var/lib/zookeeper", ["name"] = "data" }),
            }),
            ["dnsPolicy"] = "ClusterFirst",
            ["restartPolicy"] = "Always",
            ["schedulerName"] = "default-scheduler",
            ["securityContext"] = new JsonObject { ["fsGroup"] = 1000, ["runAsUser"] = 1000 },
            ["terminationGracePeriodSeconds"] = 30,
            ["volumes"] = new JsonArray(new JsonObject { ["emptyDir"] = new JsonObject(), ["name"] = "data" }),
        });
    }

    private static JsonArray ZookeeperVariables(int replicas) =>
    [
        Variable("ZK_REPLICAS", Text(replicas)),
        Variable("JMXAUTH", "false"),
        Variable("JMXDISABLE", "false"),
        Variable("JMXPORT", "1099"),
        Variable("JMXSSL", "false"),
        Variable("ZK_CLIENT_PORT", Text(ClientPort)),
        Variable("ZK_ELECTION_PORT", Text(ElectionPort)),
        Variable("ZK_HEAP_SIZE", "1G"),
        Variable("ZK_INIT_LIMIT", "5"),
        Variable("ZK_LOG_LEVEL", "INFO"),
        Variable("ZK_MAX_CLIENT_CNXNS", "60"),
        Variable("ZK_MAX_SESSION_TIMEOUT", "40000"),
        Variable("ZK_MIN_SESSION_TIMEOUT", "4000"),
        Variable("ZK_PURGE_INTERVAL", "0"),
        Variable("ZK_SERVER_PORT", Text(ServerPort)),
        Variable("ZK_SNAP_RETAIN_COUNT", "3"),
        Variable("ZK_SYNC_LIMIT", "10"),
        Variable("ZK_TICK_TIME", "2000"),
    ];

    private static JsonObject BrokerSet(ClusterIdentity cluster, BrokerSpecification brokers)
    {
        var spec = Set(brokers.Replicas ?? DefaultReplicas, cluster.BrokerSet, cluster.BrokerHeadlessService, new JsonObject
        {
            ["containers"] = new JsonArray(new JsonObject
            {
                ["command"] = Strings("sh", "-exc", BrokerCommand),
                ["env"] = WithSettings(BrokerVariables(cluster, brokers), brokers.Configuration),
                ["image"] = brokers.Image ?? KafkaImage,
                ["imagePullPolicy"] = "IfNotPresent",
                ["livenessProbe"] = Probe(Exec("sh", "-ec", "/usr/bin/jps | /bin/grep -q SupportedKafka"), delay: 30, timeout: 5),
                ["name"] = "kafka-broker",
                ["ports"] = new JsonArray(ContainerPort("kafka", BrokerPort)),
                ["readinessProbe"] = Probe(TcpSocket("kafka"), delay: 30, timeout: 5),
                ["resources"] = new JsonObject(),
                ["terminationMessagePath"] = "/dev/termination-log",
                ["terminationMessagePolicy"] = "File",
                ["volumeMounts"] = new JsonArray(new JsonObject { ["mountPath"] = "/opt/kafka/data", ["name"] = "datadir" }),
            }),
            ["dnsPolicy"] = "ClusterFirst",
            ["restartPolicy"] = "Always",
            ["schedulerName"] = "default-scheduler",
            ["securityContext"] = new JsonObject(),
            ["terminationGracePeriodSeconds"] = 60,
        });
        spec["volumeClaimTemplates"] = new JsonArray(Claim("datadir", brokers.StorageSize ?? "1Gi", brokers.StorageClass ?? StorageClass));
        return spec;
    }

    private static JsonArray BrokerVariables(ClusterIdentity cluster, BrokerSpecification brokers) =>
    [
        VariableFromField("POD_IP", "status.podIP"),
        Variable("KAFKA_HEAP_OPTS", brokers.HeapOptions ?? "-Xmx1G -Xms1G"),
        Variable("KAFKA_ZOOKEEPER_CONNECT", $"{cluster.ZookeeperSet}:{ClientPort}"),
        Variable("KAFKA_LOG_DIRS", "/opt/kafka/data/logs"),
        Variable("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "3"),
        Variable("KAFKA_JMX_PORT", "5555"),
    ];

    private static JsonObject Set(int replicas, string name, string headlessService, JsonObject podSpec) => new()
    {
        ["podManagementPolicy"] = "OrderedReady",
        ["replicas"] = replicas,
        ["revisionHistoryLimit"] = 1,
        ["selector"] = Matching(name),
        ["serviceName"] = headlessService,
        ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = App(name) }, ["spec"] = podSpec },
        ["updateStrategy"] = new JsonObject { ["type"] = "OnDelete" },
    };

    private static JsonObject Probe((string Kind, JsonNode? Action) check, int delay, int timeout) => Probe(
        check, ("failureThreshold", 3), ("initialDelaySeconds", delay), ("periodSeconds", 10), ("successThreshold", 1), ("timeoutSeconds", timeout));
}
