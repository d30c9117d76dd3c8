package org.seqlm.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.SeqLM;
import org.seqlm.lm.files.MixtureArtifact;
import org.seqlm.ngram.arpa.TinyArpa;

/** What is written never meets what is read. */
class JobFilesTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path temporary;
  private Path folder;
  private Path input;

  @BeforeEach
  void write() throws IOException {
    folder = temporary.toRealPath();
    input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("text.txt"), "a b\n");
  }

  private static void check(JobFiles files, Overwrite overwrite) throws IOException {
    try (JobContext context =
        new JobContext("test", "local[1]", overwrite, ConsoleProgress.create(System.err))) {
      files.check(context);
    }
  }

  private static void assertRefused(ExitCode code, String message, JobFiles files) {
    ThrowingCallable check = () -> check(files, Overwrite.REPLACE);
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(UserException.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private static void assertMeets(JobFiles files) {
    assertRefused(ExitCode.CONFIGURATION, "must not be the same nor one within the other", files);
  }

  private JobFiles readsAnd(String output) {
    return new JobFiles().reads("--input", input.toString()).writes("--output", output);
  }

  @Test
  void aPlaceIsTheSameHoweverItIsSpelled() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), input);
    Path here = Path.of("").toAbsolutePath();
    for (String spelled :
        List.of(
            input.toString(),
            input + "/",
            input + "/../input",
            "file:" + input,
            "file://" + input,
            here.relativize(input).toString(),
            link.toString())) {
      assertMeets(readsAnd(spelled));
      assertMeets(readsAnd(spelled + "/new/below"));
      assertMeets(new JobFiles().reads("--model", spelled).writes("--output", input.toString()));
    }
    assertMeets(readsAnd(folder.toString()));
    Path into = Files.createSymbolicLink(folder.resolve("into"), input.resolve("text.txt"));
    assertMeets(readsAnd(into.toString()));
    assertThatCode(() -> check(readsAnd(input + "2"), Overwrite.REPLACE))
        .doesNotThrowAnyException();
  }

  @Test
  void aDriverOnAClusterDoesNotWriteWhereItHappensToRun() {
    Configuration local = new Configuration();
    assertThatThrownBy(() -> JobFiles.refuseFolderOfDriver("--output", "out/run", local))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("--output out/run would lie in the folder where the cluster runs");
    for (String path : List.of("/out", "file:/out", "s3a://a/b", "hdfs:/x")) {
      JobFiles.refuseFolderOfDriver("--output", path, local);
    }
    Configuration cluster = new Configuration();
    cluster.set("fs.defaultFS", "hdfs://h:1");
    JobFiles.refuseFolderOfDriver("--output", "out/run", cluster);
  }

  @Test
  void outputsDoNotMeetEachOther() {
    String out = folder.resolve("out").toString();
    assertMeets(new JobFiles().writes("--output", out).writesFile("--json", out + "/x.json"));
    assertMeets(new JobFiles().writes(Map.of("--arpa", out + "/a")).writes("--output", out));
  }

  @Test
  void whatAGlobMatchesIsRead() throws IOException {
    JobFiles files = new JobFiles().readsText("--input", List.of(input + "/*.txt"));
    assertMeets(files.writesFile("--json", input + "/text.txt"));
    check(
        new JobFiles()
            .readsText("--input", List.of(input + "/*.txt"))
            .writesFile("--json", input + "/result.json"),
        Overwrite.REFUSE);
  }

  @Test
  void reportsMayLieAmongWhatTheyTellOf() throws IOException {
    JobFiles files = new JobFiles().readsArtifacts("--input", input.toString());
    check(files.writes("--output", input + "/report.html"), Overwrite.REFUSE);
    assertMeets(
        new JobFiles()
            .readsArtifacts("--input", input.toString())
            .writes("--output", input.toString()));
  }

  /** A mixture of a mixture of a model that was made from a dataset. */
  @Test
  void modelsBehindAModelAreRead() throws IOException {
    String dataset = folder.resolve("dataset").toString();
    String model = folder.resolve("model").toString();
    publish(dataset, ArtifactKind.DATASET, Map.of(), Map.of());
    String fingerprint = ArtifactReader.open(CONF, dataset).manifest().fingerprint();
    publish(model, ArtifactKind.NGRAMS, Map.of("dataset", fingerprint), Map.of("input", dataset));
    mixture("inner", "../model#order=2");
    mixture("outer", "../inner");
    String outer = folder.resolve("outer").toString();
    for (String output : List.of("outer", "inner", "model", "dataset")) {
      assertMeets(
          new JobFiles()
              .readsModel("--model", outer)
              .writes("--output", folder.resolve(output).toString()));
    }
    check(
        new JobFiles().readsModel("--model", outer).writes("--output", outer + "2"),
        Overwrite.REPLACE);
  }

  /** It may be gone with its cluster, need a library that is not here, or be damaged. */
  @Test
  void theDatasetBehindAModelNeedNotBeReachable() throws IOException {
    String json = folder.resolve("result.json").toString();
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.writeString(damaged.resolve(Manifest.FILE_NAME), "{");
    int n = 0;
    for (String dataset :
        List.of("s3a://gone/d", "hdfs://nobody.invalid/d", "no-scheme://x/d", damaged.toString())) {
      String model = folder.resolve("model" + n++).toString();
      publish(model, ArtifactKind.NGRAMS, Map.of("dataset", "f"), Map.of("input", dataset));
      check(
          new JobFiles().readsModel("--model", model + "#order=2").writesFile("--json", json),
          Overwrite.REFUSE);
      check(
          new JobFiles().readsModel("--model", model).writes("--output", damaged.toString()),
          Overwrite.REFUSE);
    }
  }

  private static void publish(
      String name, ArtifactKind kind, Map<String, String> inputs, Object config)
      throws IOException {
    try (ArtifactWriter writer = ArtifactWriter.create(CONF, name, Overwrite.REFUSE)) {
      writer.publish(Manifest.of(kind, inputs, config, 1, Map.of()));
    }
  }

  private void mixture(String name, String model) throws IOException {
    MixtureArtifact.write(
        CONF,
        folder.resolve(name).toString(),
        Overwrite.REFUSE,
        Map.of(),
        Map.of(),
        1,
        new MixtureArtifact.MixtureDetails(
            "one", List.of(new MixtureArtifact.Component(model, "f", 1)), "valid", 10, 2.5));
  }

  @Test
  void aFileIsReplacedOnlyIfAsked() throws IOException {
    String json = Files.writeString(folder.resolve("x.json"), "{}").toString();
    JobFiles files = new JobFiles().writesFile("--json", json);
    assertThatThrownBy(() -> check(files, Overwrite.REFUSE))
        .hasMessageContaining("--json " + json + " exists: give --overwrite");
    check(files, Overwrite.REPLACE);
    for (Overwrite any : Overwrite.values()) {
      assertThatThrownBy(() -> check(new JobFiles().writesFile("--json", folder.toString()), any))
          .hasMessageContaining(folder + " is a folder: give the name of a file in it");
      assertThatThrownBy(() -> check(new JobFiles().writesFile("--json", " "), any))
          .hasMessageContaining("--json is empty");
      assertThatThrownBy(() -> OutputCheck.file(CONF, "--arpa", "/dev/null", any))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
          .hasMessageContaining("--arpa /dev/null is a pipe or a device");
    }
    String empty = Files.createFile(folder.resolve("empty.json")).toString();
    for (String free : List.of(empty, "-", "/dev/null", folder.resolve("new.json").toString())) {
      check(new JobFiles().writesFile("--json", free), Overwrite.REFUSE);
    }
  }

  @Test
  void pipesAndDevicesAreNoInputs() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    for (String special : List.of(pipe.toString(), "/dev/null")) {
      String message = special + " is no regular file";
      assertRefused(ExitCode.DATA, message, new JobFiles().readsText("--input", List.of(special)));
      assertRefused(ExitCode.DATA, message, new JobFiles().readsModel("--model", special));
      check(new JobFiles().readsOnce("--config", special), Overwrite.REFUSE);
    }
  }

  /** As users met it: their text was gone, with exit code 0. */
  @Test
  void everyCommandLooksBeforeItWorks() throws IOException {
    Path model = Files.writeString(folder.resolve("m.arpa"), TinyArpa.TEXT);
    Path text = input.resolve("text.txt");
    Path config = Files.writeString(folder.resolve("c.yaml"), "seed: 1\n");
    Path scores = folder.resolve("scores");
    List<Object> score = List.of("score", "--model", model, "--input", text, "--output");
    refused(score, scores, "--json", text, "--overwrite");
    refused(score, scores, "--json", model, "--overwrite");
    refused(score, scores, "--config", config, "--json", config, "--overwrite");
    refused(score, input, "--overwrite");
    refused(List.of("evaluate", "--model", model, "--input", text, "--output"), model);
    refused(List.of("ngrams", "--input", text, "--output", scores, "--arpa"), text, "--overwrite");
    refused(List.of("prepare", "--input", input, "--output"), input.resolve("dataset"));
    refused(List.of("train", "--input", input, "--output"), input);
    refused(List.of("train", "--input", text, "--start-from", input, "--output"), input);
    refused(List.of("export", "--model", model, "--arpa"), model, "--overwrite");
    refused(
        List.of("interpolate", "--model", model, "--model", input, "--input", text, "--output"),
        input);
    refused(List.of("generate", "--model", model, "--json"), model, "--overwrite");
    refused(
        List.of("generate", "--model", model, "--prompt-file", text, "--json"),
        text,
        "--overwrite");
    refused(
        List.of("evaluate", "--model", model, "--input", model, "--pairs", text, "--json"),
        text,
        "--overwrite");
    refused(
        List.of(
            "ngrams", "--input", model, "--output", scores, "--limit-vocabulary", text, "--json"),
        text,
        "--overwrite");
    refused(List.of("report", "--input", input, "--output"), input);
    refused(List.of("quickstart", "--config", config, "--output"), folder);
    assertThat(text).hasContent("a b\n");
    assertThat(model).hasContent(TinyArpa.TEXT);
    assertThat(scores).doesNotExist();
  }

  private static void refused(List<Object> args, Object... more) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    String[] line =
        java.util.stream.Stream.concat(args.stream(), Arrays.stream(more))
            .map(Object::toString)
            .toArray(String[]::new);
    int code = SeqLM.run(line, new PrintStream(errors, true, StandardCharsets.UTF_8));
    String told = errors.toString(StandardCharsets.UTF_8);
    assertThat(told).contains("must not be the same nor one within the other");
    assertThat(told.lines()).hasSize(1);
    assertThat(code).isEqualTo(ExitCode.CONFIGURATION.code());
  }
}
