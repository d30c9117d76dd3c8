package org.seqlm.neural.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto.DataType;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.plain.RecurrentLanguageModel;

/**
 * A network as an ONNX model that reads windows one after the other. Inputs are {@code tokens}
 * (batch, time) of int64 and the state before, {@code h0} (layers, batch, H), of an LSTM also
 * {@code c0}, of a lag of 2 {@code previous_h0}, zeros at a text's beginning; outputs are {@code
 * log_probabilities} (batch, time, V) of the token after each, and the state after the window,
 * {@code h}, {@code c}, {@code previous_h}. Batch and time are whatever comes in.
 */
public final class OnnxModel {
  static final String TOKENS = "tokens";
  static final String LOG_PROBABILITIES = "log_probabilities";
  private static final String EPSILON = "norm.epsilon";

  /** The oldest whose operators these are; ONNX Runtime reads them since 1.8. */
  private static final int OPERATORS = 14;

  private static final int IR_VERSION = 7;

  /** A protocol buffer ends below 2 GiB; a kibibyte a node is ample. */
  private static final long MOST_PARAMETERS = ((1L << 31) - (1 << 20)) / Float.BYTES;

  private final OnnxGraph graph = new OnnxGraph("seqlm");
  private final LanguageNetwork spec;
  private final ParameterLayout layout;
  private final float[] parameters;

  private OnnxModel(RecurrentLanguageModel model) {
    spec = model.spec();
    layout = spec.layout();
    parameters = model.parameters();
  }

  /**
   * The bytes of an ONNX file.
   *
   * @param producer our version
   * @param metadata what the file says of itself, by key
   * @throws UserException with exit code 2 if ONNX has no form of it
   */
  public static byte[] of(
      RecurrentLanguageModel model, String producer, Map<String, String> metadata) {
    long size = model.spec().layout().size();
    if (size > MOST_PARAMETERS) {
      throw UserException.configuration(
          "an ONNX file holds up to 2 GiB, which are "
              + MOST_PARAMETERS
              + " parameters, but the network has "
              + size
              + ": give --safetensors in place of --onnx");
    }
    OnnxModel onnx = new OnnxModel(model);
    onnx.write();
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("SeqLM")
            .setProducerVersion(producer)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
            .setGraph(onnx.graph.build());
    metadata.forEach(
        (key, value) ->
            proto.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return proto.build().toByteArray();
  }

  /** The names of a cell's states after a window; those before it have a 0 behind. */
  static List<String> states(CellKind cell) {
    return cell.states() == 1 ? List.of("h") : List.of("h", cell.lags() == 2 ? "previous_h" : "c");
  }

  private void write() {
    List<String> states = states(spec.cell());
    graph.input(TOKENS, DataType.INT64, "batch", "time");
    List<List<String>> before = new ArrayList<>(); // by state, then by layer
    for (String state : states) {
      graph.input(state + "0", DataType.FLOAT, spec.layers(), "batch", spec.hidden());
      before.add(
          spec.layers() == 1
              ? List.of(state + "0")
              : graph.nodes(
                  "Split", List.of(state + "0"), spec.layers(), OnnxGraph.integer("axis", 0)));
    }
    String x = input(); // (time, batch, in)
    OnnxRecurrence recurrence = new OnnxRecurrence(graph, spec, layout, parameters);
    List<List<String>> after = new ArrayList<>();
    states.forEach(state -> after.add(new ArrayList<>()));
    for (int k = 0; k < spec.layers(); k++) {
      int at = k;
      OnnxRecurrence.Layer layer =
          recurrence.add(k, x, before.stream().map(layers -> layers.get(at)).toList());
      for (int i = 0; i < states.size(); i++) {
        after.get(i).add(layer.states().get(i));
      }
      x = spec.normalises() ? normalised(k, layer.all()) : layer.all();
    }
    output(x);
    for (int i = 0; i < states.size(); i++) {
      graph.rename(graph.node("Concat", after.get(i), OnnxGraph.integer("axis", 0)), states.get(i));
      graph.output(states.get(i), DataType.FLOAT, spec.layers(), "batch", spec.hidden());
    }
  }

  /** What the first layer reads: of one-hot tokens the unit vectors themselves. */
  private String input() {
    String tokens = graph.node("Transpose", List.of(TOKENS)); // (time, batch)
    if (spec.input() == InputKind.ONE_HOT) {
      String depth = graph.integers("vocabulary", new long[] {spec.vocabulary()});
      String values = graph.tensor("off_on", new float[] {0, 1}, 2);
      return graph.node("OneHot", List.of(tokens, depth, values));
    }
    return graph.node("Gather", List.of(constant("embedding.weight"), tokens));
  }

  /**
   * Layer normalisation written out: {@code LayerNormalization} is an operator of set 17.
   *
   * @param x what layer k passes on, (time, batch, H)
   */
  private String normalised(int k, String x) {
    AttributeProto last = OnnxGraph.integers("axes", List.of(-1L));
    if (k == 0) {
      graph.tensor(EPSILON, new float[] {(float) Normalisation.EPSILON});
    }
    String off = graph.node("Sub", List.of(x, graph.node("ReduceMean", List.of(x), last)));
    String variance = graph.node("ReduceMean", List.of(graph.node("Mul", List.of(off, off))), last);
    String deviation = graph.node("Sqrt", List.of(graph.node("Add", List.of(variance, EPSILON))));
    String even = graph.node("Div", List.of(off, deviation));
    String gained = graph.node("Mul", List.of(even, constant("norm." + k + ".weight")));
    return graph.node("Add", List.of(gained, constant("norm." + k + ".bias")));
  }

  /**
   * @param x the last layer's, (time, batch, H)
   */
  private void output(String x) {
    String wide = graph.integers("flat", new long[] {-1, spec.hidden()}, 2);
    String swapped =
        graph.node("Transpose", List.of(x), OnnxGraph.integers("perm", List.of(1L, 0L, 2L)));
    String h = graph.node("Reshape", List.of(swapped, wide)); // (batch · time, H)
    String logs =
        spec.output() == OutputKind.ADAPTIVE
            ? adaptive(h)
            : softmax(
                h,
                spec.output() == OutputKind.TIED ? "embedding.weight" : "out.weight",
                "out.bias");
    String shape =
        graph.node(
            "Concat",
            List.of(
                graph.node("Shape", List.of(TOKENS)),
                graph.integers("tokens_known", new long[] {spec.vocabulary()}, 1)),
            OnnxGraph.integer("axis", 0));
    graph.rename(graph.node("Reshape", List.of(logs, shape)), LOG_PROBABILITIES);
    graph.output(LOG_PROBABILITIES, DataType.FLOAT, "batch", "time", spec.vocabulary());
  }

  /** {@code log softmax(h Wᵀ + b)}, of a last name or none. */
  private String softmax(String h, String... names) {
    List<String> inputs = new ArrayList<>(List.of(h));
    for (String name : names) {
      inputs.add(
          name.equals("embedding.weight") && spec.input() == InputKind.EMBEDDING
              ? name // which the input has added
              : constant(name));
    }
    return logSoftmax(graph.node("Gemm", inputs, OnnxGraph.integer("transB", 1)));
  }

  private String logSoftmax(String logits) {
    return graph.node("LogSoftmax", List.of(logits), OnnxGraph.integer("axis", -1));
  }

  /**
   * Grave et al. 2017, section 4: the frequent tokens from the head; a cluster's tokens by the
   * cluster's entry in the head and a softmax of their own. Ids are in this order.
   */
  private String adaptive(String h) {
    int clusters = spec.cutoffs().size();
    long[] sizes = new long[1 + clusters];
    java.util.Arrays.fill(sizes, 1);
    sizes[0] = spec.cutoffs().get(0);
    AttributeProto axis = OnnxGraph.integer("axis", 1);
    List<String> head =
        graph.nodes(
            "Split",
            List.of(
                softmax(h, "out.head.weight"), graph.integers("head_sizes", sizes, sizes.length)),
            sizes.length,
            axis);
    List<String> all = new ArrayList<>(List.of(head.get(0)));
    for (int i = 0; i < clusters; i++) {
      String tail = "out.tail." + i;
      String narrow =
          graph.node(
              "Gemm", List.of(h, constant(tail + ".0.weight")), OnnxGraph.integer("transB", 1));
      all.add(graph.node("Add", List.of(softmax(narrow, tail + ".1.weight"), head.get(1 + i))));
    }
    return graph.node("Concat", all, axis);
  }

  private String constant(String name) {
    List<Integer> shape = layout.tensor(name).shape();
    return graph.tensor(
        name,
        layout.copy(name, parameters),
        shape.stream().mapToLong(Integer::longValue).toArray());
  }
}
