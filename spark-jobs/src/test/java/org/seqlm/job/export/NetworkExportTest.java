package org.seqlm.job.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import onnx.Onnx.ModelProto;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.OnCluster;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** What other programs get of a network, and that they compute what we do. */
class NetworkExportTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  /** The vocabulary of a text: a line feed and letters. */
  private static Vocabulary vocabulary() throws Exception {
    StringBuilder lines = new StringBuilder("{\"token\":\"<unk>\",\"count\":0}\n");
    for (String token : List.of("\\n", " ", "a", "b", "c", "\\\"", "\\u00e9")) {
      lines.append("{\"token\":\"" + token + "\",\"count\":1}\n");
    }
    return Vocabularies.read(
        TokenizerKind.CHAR,
        new java.io.ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)),
        "test");
  }

  private static LanguageNetwork spec(CellKind cell, OutputKind output, int vocabulary) {
    return new LanguageNetwork(
        InputKind.EMBEDDING,
        6,
        cell,
        Activation.TANH,
        2,
        6,
        vocabulary,
        0,
        0,
        0,
        output,
        List.of());
  }

  private RecurrentLanguageModel write(LanguageNetwork spec, Vocabulary vocabulary)
      throws Exception {
    float[] parameters = InitialParameters.create(spec, 1);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = 2 * parameters[i] + 0.1f * (i % 7 - 3) + 0.05f;
    }
    RecurrentLanguageModel model = new RecurrentLanguageModel(spec, parameters, vocabulary);
    ModelArtifact.write(
        HADOOP,
        folder.resolve("model").toString(),
        model,
        TextRules.of(TokenizerKind.CHAR),
        Map.of(),
        Map.of(),
        1,
        new ModelArtifact.ModelDetails(
            spec.title(), parameters.length, vocabulary.fingerprint(), 3, 5, 1.5));
    return model;
  }

  private Outcome export(Object... more) {
    List<Object> line = new ArrayList<>(List.of("export", "--model", folder.resolve("model")));
    line.addAll(Arrays.asList(more));
    return NgramsOutcomes.run(line.toArray());
  }

  @Test
  void safetensorsHaveTheNamesOfPytorchsModulesAndAreAModel() throws Exception {
    RecurrentLanguageModel model =
        write(spec(CellKind.LSTM, OutputKind.TIED, 9), Letters.vocabulary(9));
    Path out = folder.resolve("pytorch");
    Outcome outcome = export("--safetensors", out);
    assertThat(outcome.code()).as(outcome.errors()).isZero();

    assertThat(ArtifactFiles.files(out))
        .containsExactlyInAnyOrder("network.json", "parameters.safetensors", "vocabulary.jsonl");
    Exported file = Exported.of(out);
    JsonNode header = file.header();
    ByteBuffer data = file.data();
    List<String> names = new ArrayList<>();
    header.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactlyInAnyOrder(
            "__metadata__",
            "embedding.weight",
            "rnn.weight_ih_l0",
            "rnn.weight_hh_l0",
            "rnn.bias_ih_l0",
            "rnn.bias_hh_l0",
            "rnn.weight_ih_l1",
            "rnn.weight_hh_l1",
            "rnn.bias_ih_l1",
            "rnn.bias_hh_l1",
            "out.weight",
            "out.bias");
    assertThat(file.values("rnn.bias_hh_l1")).hasSize(24).containsOnly(0f);
    assertThat(file.values("rnn.bias_ih_l1")).hasSize(24).doesNotContain(0f);
    assertThat(file.values("out.weight")).isEqualTo(file.values("embedding.weight")).hasSize(54);
    assertThat(data.capacity()).isEqualTo(4 * (model.parameters().length + 2 * 24 + 54));
    assertThat(header.at("/__metadata__/seqlm.model").asText())
        .isEqualTo(
            ArtifactReader.open(HADOOP, folder.resolve("model").toString())
                .manifest()
                .fingerprint());
    assertThat(ModelArtifact.open(HADOOP, out.toString()).parameters())
        .containsExactly(model.parameters());
  }

  /** A file of safetensors. */
  private record Exported(JsonNode header, ByteBuffer data) {
    static Exported of(Path out) throws Exception {
      ByteBuffer file =
          ByteBuffer.wrap(Files.readAllBytes(ArtifactFiles.file(out, "parameters.safetensors")))
              .order(ByteOrder.LITTLE_ENDIAN);
      byte[] text = new byte[(int) file.getLong()];
      file.get(text);
      return new Exported(
          Json.mapper().readTree(text), file.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    float[] values(String name) {
      JsonNode offsets = header.path(name).path("data_offsets");
      int from = offsets.get(0).asInt();
      float[] values = new float[(offsets.get(1).asInt() - from) / Float.BYTES];
      for (int i = 0; i < values.length; i++) {
        values[i] = data.getFloat(from + i * Float.BYTES);
      }
      return values;
    }
  }

  /** Under the names of PyTorch's {@code LayerNorm}; and what is written goes on normalising. */
  @Test
  void normalisationIsExported() throws Exception {
    LanguageNetwork spec = spec(CellKind.LSTM, OutputKind.FULL, 9).with(Normalisation.LAYER);
    RecurrentLanguageModel model = write(spec, Letters.vocabulary(9));
    Path out = folder.resolve("pytorch");
    Outcome outcome = export("--safetensors", out, "--onnx", folder.resolve("onnx"));
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    Exported file = Exported.of(out);
    for (String name : List.of("norm.0.weight", "norm.0.bias", "norm.1.weight", "norm.1.bias")) {
      float[] values = spec.layout().copy(name, model.parameters());
      assertThat(file.header().path(name).path("shape").toString()).isEqualTo("[6]");
      assertThat(file.values(name)).containsExactly(values);
    }
    RecurrentLanguageModel read = ModelArtifact.open(HADOOP, out.toString());
    assertThat(read.spec().normalises()).isTrue();
    assertThat(read.parameters()).containsExactly(model.parameters());
    LanguageModel.Reading before = model.start();
    LanguageModel.Reading after = read.start();
    for (int token : new int[] {3, 8, 1, 1, 5}) {
      assertThat(after.logProbability(token)).isEqualTo(before.logProbability(token));
      before.read(token);
      after.read(token);
    }
  }

  @Test
  void onnxSaysWhatItWasMadeOf() throws Exception {
    write(spec(CellKind.GRU, OutputKind.FULL, 9), Letters.vocabulary(9));
    Path out = folder.resolve("onnx");
    Outcome outcome = export("--onnx", out);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    assertThat(ArtifactFiles.files(out))
        .containsExactlyInAnyOrder("model.onnx", "network.json", "vocabulary.jsonl");
    ModelProto onnx =
        ModelProto.parseFrom(Files.readAllBytes(ArtifactFiles.file(out, "model.onnx")));
    String sha256 =
        ArtifactReader.open(HADOOP, folder.resolve("model").toString()).manifest().files().stream()
            .filter(file -> file.path().equals("parameters.safetensors"))
            .findFirst()
            .orElseThrow()
            .sha256();
    assertThat(onnx.getMetadataPropsList())
        .anySatisfy(
            entry -> {
              assertThat(entry.getKey()).isEqualTo("seqlm.parameters.sha256");
              assertThat(entry.getValue()).isEqualTo(sha256);
            });
    assertThat(export("--onnx", out).errors()).contains("exists: give --overwrite");
  }

  @Test
  void whatCannotBeIsRefusedAndLeavesNothing() throws Exception {
    RecurrentLanguageModel model =
        write(spec(CellKind.LSTM, OutputKind.FULL, 9), Letters.vocabulary(9));
    model.parameters()[0] = Float.NaN; // a diverged model: nobody can compare it
    ModelArtifact.write(
        HADOOP,
        folder.resolve("model").toString(),
        model,
        TextRules.of(TokenizerKind.CHAR),
        Map.of(),
        Map.of(),
        1,
        new ModelArtifact.ModelDetails("nan", 1, model.vocabulary().fingerprint(), 3, 5, 1.5));
    Outcome outcome =
        export("--onnx", folder.resolve("onnx"), "--safetensors", folder.resolve("pytorch"));
    assertThat(outcome.code()).isEqualTo(5);
    assertThat(outcome.errors()).contains("nothing is written");
    assertThat(folder.resolve("onnx")).doesNotExist();
    assertThat(folder.resolve("pytorch")).doesNotExist();

    outcome = export("--arpa", folder.resolve("lm.arpa"));
    assertThat(outcome.code()).isEqualTo(3);
    assertThat(outcome.errors()).contains("is of kind model").contains("--safetensors and --onnx");
    outcome = export("--arpa", folder.resolve("lm.arpa"), "--onnx", folder.resolve("onnx"));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.errors()).contains("n-grams or a network");
  }

  /** The programs of docs/interchange.md, as they stand there. */
  @OnCluster
  @ParameterizedTest
  @CsvSource({"torch, --safetensors, 0", "onnxruntime, --onnx, 1"})
  void programsOfThePageComputeOurScore(String module, String flag, int place) throws Exception {
    String python = System.getProperty("seqlm.python", "python3");
    Assumptions.assumeTrue(
        run(python, "-c", "import numpy, " + module + (place == 0 ? ", safetensors" : "")) != null,
        () -> python + " has no " + module + ": -Dseqlm.python names one that has");
    RecurrentLanguageModel model = write(spec(CellKind.LSTM, OutputKind.FULL, 8), vocabulary());
    assertThat(export(flag, folder.resolve("out")).code()).isZero();
    String text = "ab \u00e9\"c\r\nx cab ".repeat(50);
    Path held = Files.writeString(folder.resolve("held.txt"), text);
    LanguageModel.Reading reading = model.start();
    double nats = 0;
    for (int character : text.codePoints().toArray()) {
      int id = model.vocabulary().id(Character.toString(character));
      nats -= reading.logProbability(id);
      reading.read(id);
    }
    String page = Files.readString(Path.of("../docs/interchange.md"));
    String program =
        Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(found -> found.group(1))
            .toList()
            .get(place);
    assertThat(program.lines().count()).isLessThanOrEqualTo(16);
    String said = run(python, "-c", program, folder.resolve("out").toString(), held.toString());
    assertThat(said).endsWith("nats a token");
    assertThat(Double.parseDouble(said.split(" ")[0]))
        .isCloseTo(nats / text.length(), org.assertj.core.data.Offset.offset(1e-4));
  }

  /** What a program prints; null if it is not there or fails. */
  private static String run(String... command) throws Exception {
    Path out = Files.createTempFile("program", ".txt");
    Path errors = Files.createTempFile("program", ".errors");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return null;
      }
      return process.exitValue() == 0 ? Files.readString(out).strip() : null;
    } catch (java.io.IOException e) {
      return null;
    } finally {
      Files.delete(out);
      Files.delete(errors);
    }
  }
}
