using KafkaK8s.Engine.Clusters;

namespace KafkaK8s.Engine.Tests.Clusters;

public sealed class EnsembleInspectionTests
{
    [Theory]
    [InlineData("Zookeeper version: 3.4.10-39d3a4f2, built on 03/23/2017 10:13 GMT\nLatency min/avg/max: 0/0/11\nMode: leader\nNode count: 134\n", "leader", "3.4.10", null)]
    [InlineData("Zookeeper version: 3.8.4-9316c2a7, built on 2024-02-12\r\nMode: follower\r\n", "follower", "3.8.4", null)]
    [InlineData("This ZooKeeper instance is not currently serving requests\n", null, null, "This ZooKeeper instance is not currently serving requests")]
    [InlineData("srvr is not executed because it is not in the whitelist.\n", null, null, "srvr is not executed because it is not in the whitelist.")]
    [InlineData("", null, null, "it ended the connection without an answer")]
    public void Reads_what_a_member_says_of_itself(string answer, string? mode, string? version, string? problem) =>
        Assert.Equal(new MemberMode("z-0", mode, version, problem), EnsembleInspection.Read("z-0", answer));

    [Fact]
    public void Reads_the_last_transaction_that_a_member_knows() => Assert.Equal(
        0x1_0000_00a3,
        EnsembleInspection.Read("z-0", "Zookeeper version: 3.4.10-39d3a4f2, built on 03/23/2017 10:13 GMT\nOutstanding: 0\nZxid: 0x1000000a3\nMode: follower\n").Zxid);
}
