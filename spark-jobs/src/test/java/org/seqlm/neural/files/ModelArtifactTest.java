package org.seqlm.neural.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.RunState;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;

class ModelArtifactTest {
  private static final Configuration HADOOP = new Configuration();
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 4, 0, 1);

  @TempDir Path folder;

  private String write(String name) throws Exception {
    return write(name, SPEC);
  }

  private String write(String name, LanguageNetwork spec) throws Exception {
    RecurrentLanguageModel model =
        new RecurrentLanguageModel(spec, InitialParameters.create(spec, 1), Letters.vocabulary(4));
    String path = folder.resolve(name).toString();
    ModelArtifact.write(
        HADOOP,
        path,
        model,
        TextRules.of(TokenizerKind.CHAR),
        Map.of(),
        Map.of(),
        1,
        new ModelArtifact.ModelDetails(
            spec.title(), model.parameters().length, model.vocabulary().fingerprint(), 3, 5, 1.5));
    return path;
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    String path = write("model");
    ModelArtifact read = ModelArtifact.load(HADOOP, path);
    assertThat(read.model().spec()).isEqualTo(SPEC);
    assertThat(read.model().parameters()).containsExactly(InitialParameters.create(SPEC, 1));
    assertThat(read.rules()).isEqualTo(TextRules.of(TokenizerKind.CHAR));
    assertThat(read.model().vocabulary().fingerprint())
        .isEqualTo(Letters.vocabulary(4).fingerprint());
    assertThat(read.manifest().details(ModelArtifact.ModelDetails.class).round()).isEqualTo(3);
  }

  @Test
  void aNormalisedNetworkKeepsItsNormAndItsRules() throws Exception {
    LanguageNetwork spec =
        SPEC.with(Normalisation.LAYER)
            .with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.1, 0.5));
    RecurrentLanguageModel read = ModelArtifact.open(HADOOP, write("normalised", spec));
    assertThat(read.spec()).isEqualTo(spec);
    assertThat(read.parameters()).containsExactly(InitialParameters.create(spec, 1));
    String header =
        new String(
            Files.readAllBytes(
                ArtifactFiles.file(folder.resolve("normalised"), "parameters.safetensors")),
            StandardCharsets.ISO_8859_1);
    assertThat(header).contains("\"norm.0.weight\":{\"dtype\":\"F32\",\"shape\":[2]");
  }

  /** As releases wrote it that knew neither rules nor norm. */
  @Test
  void anEarlierDescriptionOfANetworkIsRead() throws Exception {
    String before =
        "{\"input\":\"embedding\",\"embedding\":3,\"cell\":\"lstm\",\"activation\":"
            + Json.line(SPEC.activation())
            + ",\"layers\":1,\"hidden\":2,\"vocabulary\":4,\"embedding-dropout\":0.0,"
            + "\"dropout\":0.0,\"forget-bias\":1.0,\"output\":\"full\",\"cutoffs\":[]}";
    assertThat(Json.mapper().readValue(before, LanguageNetwork.class)).isEqualTo(SPEC);
  }

  @Test
  void changedByteIsRefused() throws Exception {
    String damaged = write("damaged");
    Path parameters = ArtifactFiles.file(Path.of(damaged), "parameters.safetensors");
    byte[] bytes = Files.readAllBytes(parameters);
    bytes[bytes.length - 1] ^= 1;
    Files.write(parameters, bytes);
    Files.deleteIfExists(parameters.resolveSibling(".parameters.safetensors.crc"));
    assertThatThrownBy(() -> ModelArtifact.open(HADOOP, damaged))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> ModelArtifact.open(HADOOP, folder.resolve("none").toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("none does not exist: give a run, a folder that seqlm train wrote");
    Path young = Files.createDirectories(folder.resolve("young"));
    Manifest begun =
        Manifest.of(ArtifactKind.RUN, Map.of(), Map.of(), 1, null)
            .withRun(new RunState(1, "0123456789ab", "job", RunState.Phase.TRAINING, null));
    Files.writeString(young.resolve("manifest.json"), Json.pretty(begun));
    assertThatThrownBy(() -> ModelArtifact.open(HADOOP, young.toString()))
        .isInstanceOf(UserException.class)
        .hasMessage(young + " is a run that holds no model yet: let seqlm train go on with it");
  }

  /** The format byte by byte, as its description has it. */
  @Test
  void safetensorsByHand() throws Exception {
    ParameterLayout layout = SPEC.layout();
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, layout, values);
    ByteBuffer file = ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) file.getLong();
    assertThat((8 + length) % 8).isZero();
    var header =
        Json.mapper().readTree(new String(file.array(), 8, length, StandardCharsets.UTF_8));
    var entry = header.path("rnn.weight_hh_l0");
    assertThat(entry.path("dtype").asText()).isEqualTo("F32");
    assertThat(entry.path("shape").toString()).isEqualTo("[8,2]");
    int from = 4 * 3 + 8 * 3;
    assertThat(entry.path("data_offsets").toString())
        .isEqualTo(List.of(4 * from, 4 * (from + 16)).toString().replace(" ", ""));
    assertThat(file.getFloat(8 + length + 4 * from)).isEqualTo(from);
    assertThat(Safetensors.read(new ByteArrayInputStream(out.toByteArray()), layout, "x"))
        .containsExactly(values);
    LanguageNetwork other =
        new LanguageNetwork(InputKind.EMBEDDING, 3, CellKind.LSTM, 1, 2, 5, 0, 1);
    assertThatThrownBy(
            () ->
                Safetensors.read(new ByteArrayInputStream(out.toByteArray()), other.layout(), "x"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("embedding.weight");
  }
}
