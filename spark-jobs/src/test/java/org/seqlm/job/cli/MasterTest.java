package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.job.NgramsOutcomes;

/** A master and settings that Spark would refuse in stack traces, or wait for in vain. */
class MasterTest {
  @TempDir Path folder;

  private static UserException refusal(String url) {
    return catchThrowableOfType(UserException.class, () -> Master.of(url));
  }

  @Test
  void readsWhatSparkReads() {
    assertThat(Master.of("local")).isEqualTo(new Master("local", Master.Kind.LOCAL, 1, 1));
    assertThat(Master.of("local[3]").threads()).isEqualTo(3);
    assertThat(Master.of("local[*]").threads())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(Master.of("local[2, 4]").attempts()).isEqualTo(4);
    assertThat(Master.of("local-cluster[2,1,1024]").kind()).isEqualTo(Master.Kind.LOCAL_CLUSTER);
    assertThat(Master.of("local-cluster[2,1,1024]").oneProcess()).isFalse();
    assertThat(Master.of("local-cluster[2,1,1024]").onThisMachine()).isTrue();
    assertThat(Master.of("spark://local:7077").onThisMachine()).isFalse();
    assertThat(Master.of("spark://a:7077,b:7077").kind()).isEqualTo(Master.Kind.STANDALONE);
    assertThat(Master.of("yarn").kind()).isEqualTo(Master.Kind.YARN);
    assertThat(Master.of("k8s://https://host:6443").kind()).isEqualTo(Master.Kind.OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "foo",
        "local[x]",
        "local[0]",
        "local[-1]",
        "local[",
        "local[2,0]",
        "local[99999999999]",
        "local-cluster[0,1,1024]",
        "local-cluster[2]",
        "spark://",
        "spark://host",
        "spark://a:0",
        "spark://a:7077,",
        "k8s://",
        "yarn-client"
      })
  void refusesTheRest(String url) {
    UserException refusal = refusal(url);
    assertThat(refusal.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(refusal.problems()).singleElement().asString().startsWith("--master");
  }

  /** Before any work, and in a dry run too. */
  @Test
  void everyCommandRefusesIt() {
    for (String command : new String[] {"ngrams", "train", "report", "generate"}) {
      NgramsOutcomes.Outcome outcome = NgramsOutcomes.run(command, "--master", "local[x]");
      assertThat(outcome.code()).isEqualTo(ExitCode.CONFIGURATION.code());
      assertThat(outcome.errors()).containsOnlyOnce("\n").contains("but is local[x]");
    }
  }

  @Test
  void oneThatTakesNoConnectionIsThePlatforms() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = socket.getLocalPort();
      // Nobody gets it from the system by chance.
      int closed = 1;
      Master.of("spark://127.0.0.1:" + closed + ",127.0.0.1:" + port).requireAnswer();
      assertThatThrownBy(() -> Master.of("spark://127.0.0.1:" + closed).requireAnswer())
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
          .hasMessageContaining("no Spark master answers at spark://127.0.0.1:" + closed);
    }
  }

  @Test
  void yarnNeedsToKnowItsCluster() {
    SparkConf yarn = new SparkConf(false).setMaster("yarn");
    assertThatThrownBy(() -> Sessions.check(yarn, Map.of()))
        .hasMessageContaining("HADOOP_CONF_DIR");
    Sessions.check(yarn, Map.of("YARN_CONF_DIR", "/etc/hadoop"));
    // The driver is on the cluster, which knows itself.
    Sessions.check(yarn.clone().set("spark.submit.deployMode", "cluster"), Map.of());
  }

  @Test
  void memoryThatSparkRefuses() {
    SparkConf local = new SparkConf(false).setMaster("local");
    assertThatThrownBy(
            () -> Sessions.check(local.clone().set("spark.executor.memory", "lots"), Map.of()))
        .isInstanceOf(UserException.class)
        .hasMessage("spark.executor.memory must be a size, for instance 4g or 512m, but is lots");
    assertThatThrownBy(() -> Sessions.requireHeap(local, 247L << 20))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("247 MiB")
        .hasMessageContaining("450 MiB")
        .hasMessageContaining("--driver-memory");
    Sessions.requireHeap(local, 450L << 20);
  }
}
