namespace KafkaK8s.Sandbox.Tests.Real;

/// <summary>A cluster as one would run it today, on images that still have ZooKeeper.</summary>
internal static class Manifests
{
    public const string Standard = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: the-project}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: kafka-zookeeper-headless, namespace: the-project}
        spec:
          clusterIP: None
          publishNotReadyAddresses: true
          selector: {app: kafka-zookeeper}
          ports: [{name: client, port: 2181}, {name: server, port: 2888}, {name: election, port: 3888}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: kafka-zookeeper, namespace: the-project}
        spec:
          selector: {app: kafka-zookeeper}
          ports: [{name: client, port: 2181}]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: kafka-zookeeper, namespace: the-project}
        spec:
          podManagementPolicy: Parallel
          replicas: 3
          selector: {matchLabels: {app: kafka-zookeeper}}
          serviceName: kafka-zookeeper-headless
          template:
            metadata: {labels: {app: kafka-zookeeper}}
            spec:
              enableServiceLinks: false
              containers:
              - name: zookeeper
                image: zookeeper:3.9.4
                command: ["bash", "-c", "export ZOO_MY_ID=$((${HOSTNAME##*-}+1)) && exec /docker-entrypoint.sh zkServer.sh start-foreground"]
                env:
                - name: ZOO_SERVERS
                  value: >-
                    server.1=kafka-zookeeper-0.kafka-zookeeper-headless.the-project.svc.cluster.local:2888:3888;2181
                    server.2=kafka-zookeeper-1.kafka-zookeeper-headless.the-project.svc.cluster.local:2888:3888;2181
                    server.3=kafka-zookeeper-2.kafka-zookeeper-headless.the-project.svc.cluster.local:2888:3888;2181
                - {name: ZOO_4LW_COMMANDS_WHITELIST, value: "ruok,srvr,mntr,stat,conf"}
                - {name: ZOO_STANDALONE_ENABLED, value: "false"}
                - {name: ZOO_CFG_EXTRA, value: quorumListenOnAllIPs=true}
                ports: [{name: client, containerPort: 2181}, {name: server, containerPort: 2888}, {name: election, containerPort: 3888}]
                startupProbe:
                  exec: {command: ["sh", "-c", "echo srvr | nc -w 2 127.0.0.1 2181 | grep -q '^Mode: '"]}
                  periodSeconds: 1
                  timeoutSeconds: 3
                  failureThreshold: 120
                readinessProbe:
                  exec: {command: ["sh", "-c", "echo srvr | nc -w 2 127.0.0.1 2181 | grep -q '^Mode: '"]}
                  timeoutSeconds: 3
                volumeMounts: [{name: data, mountPath: /data}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: kafka-headless, namespace: the-project}
        spec:
          clusterIP: None
          publishNotReadyAddresses: true
          selector: {app: kafka}
          ports: [{name: broker, port: 9092}]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: kafka, namespace: the-project}
        spec:
          podManagementPolicy: Parallel
          replicas: 3
          selector: {matchLabels: {app: kafka}}
          serviceName: kafka-headless
          template:
            metadata: {labels: {app: kafka}}
            spec:
              enableServiceLinks: false
              containers:
              - name: kafka-broker
                image: confluentinc/cp-kafka:7.9.2
                command:
                - sh
                - -exc
                - |
                  export KAFKA_BROKER_ID=${HOSTNAME##*-} && \
                  export KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://${HOSTNAME}.kafka-headless.${POD_NAMESPACE}.svc.cluster.local:9092 && \
                  exec /etc/confluent/docker/run
                env:
                - name: POD_NAMESPACE
                  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
                - {name: KAFKA_ZOOKEEPER_CONNECT, value: "kafka-zookeeper:2181"}
                - {name: KAFKA_LOG_DIRS, value: /opt/kafka/data/logs}
                - {name: KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR, value: "3"}
                ports: [{name: kafka, containerPort: 9092}]
                startupProbe: {tcpSocket: {port: kafka}, periodSeconds: 1, failureThreshold: 300}
                readinessProbe: {tcpSocket: {port: kafka}}
                volumeMounts: [{name: datadir, mountPath: /opt/kafka/data}]
          volumeClaimTemplates:
          - metadata: {name: datadir}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """;
}
