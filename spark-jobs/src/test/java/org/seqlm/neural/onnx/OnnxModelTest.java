package org.seqlm.neural.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;

class OnnxModelTest {
  private static final int VOCABULARY = 23;

  private static LanguageNetwork spec(
      InputKind input, CellKind cell, Activation activation, int layers, OutputKind output) {
    return new LanguageNetwork(
        input,
        8,
        cell,
        activation,
        layers,
        8,
        VOCABULARY,
        0,
        0,
        0,
        output,
        output == OutputKind.ADAPTIVE ? List.of(5, 9, 16) : List.of());
  }

  /** Weights large enough that gates open and close. */
  private static RecurrentLanguageModel model(LanguageNetwork spec) {
    float[] parameters = new float[spec.layout().size()];
    KeyedRandom random = KeyedRandom.of(3, "weights");
    double scale = spec.cell().hasActivation() ? 0.3 : 0.8;
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (scale * random.normal(i));
    }
    return new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(VOCABULARY));
  }

  static Stream<LanguageNetwork> networks() {
    Activation tanh = Activation.TANH;
    Stream<LanguageNetwork> cells =
        Stream.of(CellKind.values())
            .flatMap(
                cell ->
                    Stream.of(1, 2)
                        .map(n -> spec(InputKind.EMBEDDING, cell, tanh, n, OutputKind.FULL)));
    Stream<LanguageNetwork> activations =
        Stream.of(Activation.SIGMOID, Activation.RELU, Activation.IDENTITY)
            .flatMap(
                phi ->
                    Stream.of(CellKind.RNN, CellKind.RNN_LAG_2)
                        .map(cell -> spec(InputKind.EMBEDDING, cell, phi, 2, OutputKind.FULL)));
    Stream<LanguageNetwork> others =
        Stream.of(
            spec(InputKind.ONE_HOT, CellKind.LSTM, tanh, 1, OutputKind.FULL),
            spec(InputKind.ONE_HOT, CellKind.RNN_LAG_2, tanh, 2, OutputKind.ADAPTIVE),
            spec(InputKind.EMBEDDING, CellKind.LSTM, tanh, 2, OutputKind.TIED),
            spec(InputKind.EMBEDDING, CellKind.GRU, tanh, 1, OutputKind.ADAPTIVE));
    Stream<LanguageNetwork> normalised =
        Stream.of(
                spec(InputKind.EMBEDDING, CellKind.LSTM, tanh, 2, OutputKind.TIED),
                spec(InputKind.ONE_HOT, CellKind.RNN_LAG_2, tanh, 1, OutputKind.ADAPTIVE))
            .map(spec -> spec.with(Normalisation.LAYER));
    return Stream.of(cells, activations, others, normalised).flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void onnxRuntimeComputesWhatTheModelDoes(LanguageNetwork spec) {
    RecurrentLanguageModel model = model(spec);
    byte[] onnx = OnnxModel.of(model, "1", Map.of());
    assertThat(OnnxCheck.difference(onnx, model, 1)).isLessThan(2e-5);
  }

  /** A weight of each tensor is another: the check must see it, or a tensor would not count. */
  @ParameterizedTest
  @MethodSource("networks")
  void anotherNetworkIsNotTakenForIt(LanguageNetwork spec) {
    RecurrentLanguageModel model = model(spec);
    for (ParameterLayout.Tensor tensor : spec.layout().tensors()) {
      float[] parameters = model.parameters().clone();
      for (int i = 0; i < tensor.size(); i++) {
        parameters[tensor.offset() + i] += 0.2f * (i % 3);
      }
      byte[] other =
          OnnxModel.of(
              new RecurrentLanguageModel(spec, parameters, model.vocabulary()), "1", Map.of());
      assertThatThrownBy(() -> OnnxCheck.difference(other, model, 1))
          .as(tensor.name())
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
          .hasMessageContaining("nothing is written");
    }
  }

  @Test
  void saysWhatItReadsAndWrites() throws Exception {
    LanguageNetwork spec =
        spec(InputKind.EMBEDDING, CellKind.LSTM, Activation.TANH, 2, OutputKind.FULL);
    ModelProto onnx = ModelProto.parseFrom(OnnxModel.of(model(spec), "1.2", Map.of("key", "v")));
    assertThat(onnx.getGraph().getInputList())
        .extracting(ValueInfoProto::getName)
        .containsExactly("tokens", "h0", "c0");
    assertThat(onnx.getGraph().getOutputList())
        .extracting(ValueInfoProto::getName)
        .containsExactly("log_probabilities", "h", "c");
    assertThat(onnx.getMetadataPropsList())
        .extracting(StringStringEntryProto::getKey, StringStringEntryProto::getValue)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("key", "v"));
    assertThat(onnx.getProducerName() + onnx.getProducerVersion()).isEqualTo("SeqLM1.2");
  }

  @Test
  void whatOnnxCannotSayIsRefused() {
    LanguageNetwork spec =
        spec(
            InputKind.EMBEDDING,
            CellKind.RNN,
            Activation.step(0, Activation.AtThreshold.ONE),
            1,
            OutputKind.FULL);
    assertThatThrownBy(() -> OnnxModel.of(model(spec), "1", Map.of()))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("STEP")
        .hasMessageContaining("--safetensors");
  }
}
