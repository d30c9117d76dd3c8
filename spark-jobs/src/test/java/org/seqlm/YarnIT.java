package org.seqlm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.SmallFile;

/**
 * The jar that users submit on a real YARN in cluster mode, with HDFS, through {@code
 * deploy/yarn/submit}. Name node, data node, resource manager and node manager are Hadoop's own, in
 * a process that {@code src/test/minicluster} starts.
 */
@OnCluster
@EnabledOnOs({OS.LINUX, OS.MAC})
class YarnIT {
  /** Twelve rounds of two workers. */
  private static final List<String> TRAINING =
      List.of(
          "--set",
          "network={hidden: 8, embedding: 8}",
          "--set",
          "training={epochs: 0.3, batch: 4, time-steps: 8}",
          "--set",
          "averaging={workers: 2, frequency: 20}",
          "--set",
          "validation={every: 6, max-tokens: 1000, sample-length: 20}");

  @TempDir static Path temporary;
  private static MiniYarn yarn;
  private static FileSystem hdfs;

  @BeforeAll
  static void start() throws Exception {
    yarn = MiniYarn.start(temporary, MiniYarn.Security.PLAIN);
    hdfs = yarn.hdfs();
  }

  @AfterAll
  static void stop() throws Exception {
    if (hdfs != null) {
      hdfs.close();
    }
    if (yarn != null) {
      yarn.close();
    }
  }

  /**
   * Text to report, all of it on HDFS. The application master is killed in the middle of the
   * training; YARN's second attempt goes on, and leaves the bits that one undisturbed process
   * leaves.
   */
  @Test
  void trainsTheSameBitsAsOneProcessThoughTheApplicationMasterDies() throws Exception {
    Path text = temporary.resolve("text.txt");
    Files.writeString(text, MiniYarn.text(new Random(7), 1500));
    hdfs.copyFromLocalFile(path(text.toString()), path("/in/text.txt"));

    yarn.succeed("prepare", "--input", "hdfs:///in/text.txt", "--output", "hdfs:///out/data");
    Path local = temporary.resolve("local");
    yarn.inOneProcess("prepare", "--input", file(text), "--output", file(local.resolve("data")));
    for (String file : List.of("vocabulary.jsonl", "train/00000000-000000.tokens")) {
      assertThat(bytes("/out/data", file))
          .as(file)
          .isEqualTo(Files.readAllBytes(ArtifactFiles.file(local.resolve("data"), file)));
    }

    List<String> train = new ArrayList<>(List.of("train", "--input", "hdfs:///out/data"));
    train.addAll(List.of("--output", "hdfs:///out/run", "--json", "hdfs:///out/train.json"));
    train.addAll(TRAINING);
    Process submission = yarn.submit("train", train, "--conf", "spark.yarn.maxAppAttempts=2");
    killApplicationMasterAfter("/out/run", 2, submission);
    MiniYarn.Result trained = yarn.await(submission, "train");
    assertThat(trained.exit()).as(trained.err()).isZero();
    JsonNode result = Json.mapper().readTree(bytes("/out/train.json"));
    assertThat(result.path("resumed-from").asInt()).isBetween(2, 11);
    assertThat(result.path("rounds").asInt()).isEqualTo(12);
    List<String> containers = yarn.containers(trained.application());
    assertThat(containers).anyMatch(name -> name.endsWith("_01_000001"));
    assertThat(containers)
        .as("the second attempt's application master and executors")
        .filteredOn(name -> name.contains("_02_"))
        .hasSizeGreaterThanOrEqualTo(3);
    assertThat(yarn.log(trained.application(), "_02_000001")).contains("resumed after round");

    train.set(2, file(local.resolve("data")));
    train.set(4, file(local.resolve("run")));
    train.set(6, file(local.resolve("train.json")));
    yarn.inOneProcess(train.toArray(String[]::new));
    String parameters = "parameters.safetensors";
    assertThat(bytes("/out/run/model", parameters))
        .hasSizeGreaterThan(1000)
        .isEqualTo(Files.readAllBytes(ArtifactFiles.file(local.resolve("run/model"), parameters)));

    String[] evaluate = {
      "evaluate",
      "--input",
      "hdfs:///out/data",
      "--model",
      "hdfs:///out/run",
      "--output",
      "hdfs:///out/evaluation",
      "--json",
      "hdfs:///out/evaluation.json"
    };
    yarn.succeed(evaluate);
    JsonNode evaluation = Json.mapper().readTree(bytes("/out/evaluation.json"));
    assertThat(evaluation.path("models")).hasSize(1);
    assertThat(Json.mapper().readTree(bytes("/out/evaluation", "evaluation.json")))
        .isEqualTo(evaluation);
    assertThat(hdfs.exists(path("/out/evaluation/manifest.json"))).isTrue();
  }

  /**
   * In cluster mode spark-submit's own code says only that it failed; the rest is in what YARN
   * keeps.
   */
  @Test
  void aMistakeFailsTheApplicationAndIsToldInOneLine() throws Exception {
    MiniYarn.Result result =
        yarn.await(
            yarn.submit(
                "mistake",
                List.of("prepare", "--input", "hdfs:///in/nothing.txt", "--output", "/out/none")),
            "mistake");
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.err())
        .contains("final status: FAILED", "User application exited with status 3")
        .contains("seqlm: error: input hdfs:///in/nothing.txt does not exist");
    assertThat(yarn.log(result.application(), "_01_000001").lines())
        .filteredOn(line -> line.startsWith("seqlm:"))
        .containsExactly("seqlm: error: input hdfs:///in/nothing.txt does not exist");
    assertThat(hdfs.exists(path("/out/none"))).isFalse();
  }

  /** Kills it as a lost machine would: {@code kill -9}, as soon as the file is there. */
  private static void killApplicationMasterAfter(String run, int round, Process submission)
      throws Exception {
    while (lastCheckpoint(run) < round) {
      assertThat(submission.isAlive()).as("ended before it could be killed").isTrue();
      Thread.sleep(50);
    }
    List<ProcessHandle> masters = yarn.applicationMasters();
    assertThat(masters).hasSize(1);
    assertThat(masters.get(0).destroyForcibly()).isTrue();
  }

  /** The last round whose checkpoint counts; -1 for none. */
  private static int lastCheckpoint(String run) throws IOException {
    String name = hdfs.makeQualified(path(run)).toString();
    ArtifactReader.Newest newest =
        ArtifactReader.newest(hdfs.getConf(), name, SmallFile.Remedy.NONE);
    return newest == null
        ? -1
        : newest.manifest().files().stream()
            .map(file -> file.path().split("/"))
            .filter(path -> path[0].equals("checkpoints"))
            .mapToInt(path -> Integer.parseInt(path[1]))
            .max()
            .orElse(-1);
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream in = hdfs.open(path(file))) {
      return in.readAllBytes();
    }
  }

  /** A file of an artifact. */
  private static byte[] bytes(String artifact, String file) throws IOException {
    String name = hdfs.makeQualified(path(artifact)).toString();
    return ArtifactReader.open(hdfs.getConf(), name).readVerified(file);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(name);
  }

  /** Where the cluster's configuration says that a plain path is on HDFS. */
  private static String file(Path path) {
    return "file:" + path;
  }
}
