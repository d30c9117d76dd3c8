package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.Json;

/**
 * The jar on a YARN and an HDFS that let in only whom Kerberos knows: servers of Hadoop's and
 * Apache Kerby's, with delegation tokens that live for seconds, and data nodes that ask for them,
 * too. Containers run as the user who started the servers, for Hadoop's program that changes users
 * needs root's rights.
 */
@OnCluster
@EnabledOnOs({OS.LINUX, OS.MAC})
class KerberosIT {
  /** MiniCluster's. */
  private static final int TOKEN_SECONDS = 12;

  private static final List<String> ALICE = List.of("--principal", "alice@SEQLM.TEST", "--keytab");

  @TempDir static Path temporary;
  private static MiniYarn yarn;
  private static long tokenMade;

  @BeforeAll
  static void start() throws Exception {
    yarn = MiniYarn.start(temporary, MiniYarn.Security.SECURE);
    yarn.command("token", "bob");
    tokenMade = System.nanoTime();
    Files.writeString(temporary.resolve("text.txt"), MiniYarn.text(new Random(7), 1500));
  }

  @AfterAll
  static void stop() throws Exception {
    if (yarn != null) {
      yarn.close();
    }
  }

  /**
   * The driver has the keytab, and gets new tokens again and again; executors have what it sends
   * them. Each keeps a connection for half a second only, and needs a token for the next.
   */
  @Test
  void aTrainingOutlivesItsTokens() throws Exception {
    List<String> prepare = new ArrayList<>(List.of("prepare", "--output", "/user/alice/data"));
    prepare.addAll(List.of("--input", "file:" + temporary.resolve("text.txt")));
    MiniYarn.Result prepared = yarn.fromHere("prepare", "local[2]", prepare, alice());
    assertThat(prepared.exit()).as(prepared.err()).isZero();

    List<String> train =
        List.of(
            "train",
            "--input",
            "/user/alice/data",
            "--output",
            "/user/alice/run",
            "--json",
            "-",
            "--set",
            "network={hidden: 8, embedding: 8}",
            "--set",
            "training={epochs: 200, batch: 4, time-steps: 8}",
            "--set",
            "averaging={workers: 2, frequency: 20}",
            "--set",
            "validation={every: 20, max-tokens: 1000, sample-length: 20}",
            // Workers write what they keep on HDFS.
            "--set",
            "checkpoints={every: 3}",
            "--set",
            "budget={hours: 0.008}");
    MiniYarn.Result trained = yarn.await(yarn.submit("train", train, alice()), "train");
    assertThat(trained.exit()).as(trained.err()).isZero();
    JsonNode result =
        Json.mapper().readTree(yarn.said(trained.application(), "_01_000001", "stdout").toFile());
    assertThat(result.path("seconds").asDouble()).isGreaterThan(2 * TOKEN_SECONDS);
    assertThat(yarn.containers(trained.application()))
        .as("no executor was lost and started again")
        .hasSize(3);
    for (String container : yarn.containers(trained.application())) {
      assertThat(yarn.log(trained.application(), container)).doesNotContain("Token", "\tat ");
    }
  }

  /** Where the driver is here, it is the command itself that is not let in. */
  @Test
  void whoShowsNothingIsToldInOneLine() throws Exception {
    refused("nobody", "demands Kerberos, and this user has no valid ticket or token for it: kinit");
  }

  /** A token that nobody renews, as one is that a scheduler hands on. */
  @Test
  void anExpiredTokenIsNamedInOneLine() throws Exception {
    long until = tokenMade + 1_000_000_000L * (TOKEN_SECONDS + 1);
    while (System.nanoTime() < until) {
      Thread.sleep(100);
    }
    refused("bob", "the HDFS_DELEGATION_TOKEN that", "has expired", "--principal and --keytab");
  }

  private static void refused(String name, String... words) throws Exception {
    List<String> line =
        List.of("ngrams", "--input", "/in", "--output", "/user/" + name + "/counts");
    MiniYarn.Result result = yarn.fromHere(name, "local[1]", line);
    assertThat(result.exit()).as(result.err()).isEqualTo(ExitCode.PLATFORM.code());
    assertThat(result.err().lines().filter(said -> !said.isBlank()))
        .singleElement()
        .asString()
        .contains(words)
        .startsWith("seqlm: error: ");
    assertThat(result.out()).isEmpty();
  }

  private static String[] alice() {
    Collection<String> options = new ArrayList<>(ALICE);
    options.add(yarn.conf().resolve("alice.keytab").toString());
    return options.toArray(String[]::new);
  }
}
