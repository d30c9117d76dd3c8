package org.seqlm.neural.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto.DataType;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

/**
 * A layer of each {@link CellKind} by ONNX's operators {@code LSTM}, {@code GRU} and {@code RNN},
 * whose gates have an order of their own: i, o, f, g; z, r, n. Where our u is the share of the new
 * value, ONNX's z is that of the old one: {@code z = 1 − u = σ(−x)}, so its rows change their sign.
 * A missing reset is one that is 1: σ(100) in float32. What reads two states back has no operator
 * and becomes a {@code Scan}.
 */
final class OnnxRecurrence {
  private static final float ONE_AFTER_SIGMOID = 100;

  private final OnnxGraph graph;
  private final LanguageNetwork spec;
  private final ParameterLayout layout;
  private final float[] parameters;

  OnnxRecurrence(
      OnnxGraph graph, LanguageNetwork spec, ParameterLayout layout, float[] parameters) {
    this.graph = graph;
    this.spec = spec;
    this.layout = layout;
    this.parameters = parameters;
  }

  /**
   * What a layer computes of a window.
   *
   * @param all its h at each step, (time, batch, H)
   * @param states after the last, each (1, batch, H)
   */
  record Layer(String all, List<String> states) {}

  /** Rows of a gate in ONNX's order: which of ours, and what becomes of them. */
  private record Rows(Gate gate, float sign) {
    static Rows of(Gate gate) {
      return new Rows(gate, 1);
    }

    static Rows negated(Gate gate) {
      return new Rows(gate, -1);
    }

    /** A gate that we have not: 1 whatever comes in. */
    static Rows open() {
      return new Rows(null, 0);
    }
  }

  /**
   * Adds layer {@code k}.
   *
   * @param x (time, batch, in)
   * @param before states, each (1, batch, H)
   */
  Layer add(int k, String x, List<String> before) {
    return switch (spec.cell()) {
      case LSTM ->
          add(
              k,
              x,
              before,
              "LSTM",
              List.of(Rows.of(Gate.I), Rows.of(Gate.O), Rows.of(Gate.F), Rows.of(Gate.G)));
      case GRU ->
          add(
              k,
              x,
              before,
              "GRU",
              List.of(Rows.negated(Gate.U), Rows.of(Gate.R), Rows.of(Gate.N)),
              OnnxGraph.integer("linear_before_reset", 0));
      case GRU_SIMPLIFIED ->
          add(
              k,
              x,
              before,
              "GRU",
              List.of(Rows.negated(Gate.U), Rows.open(), Rows.of(Gate.N)),
              OnnxGraph.integer("linear_before_reset", 0));
      case GRU_RESET_AFTER ->
          add(
              k,
              x,
              before,
              "GRU",
              List.of(Rows.of(Gate.Z), Rows.of(Gate.R), Rows.of(Gate.N)),
              OnnxGraph.integer("linear_before_reset", 1));
      case RNN -> add(k, x, before, "RNN", List.of(Rows.of(Gate.H)), activation());
      case RNN_LAG_2 -> scan(k, x, before);
    };
  }

  private Layer add(
      int k,
      String x,
      List<String> before,
      String operator,
      List<Rows> order,
      AttributeProto... more) {
    int hidden = spec.hidden();
    long rows = (long) order.size() * hidden;
    String name = "l" + k + ".";
    String w =
        graph.tensor(
            name + "W", reordered("rnn.weight_ih_l" + k, order), 1, rows, spec.inputWidth(k));
    String r = graph.tensor(name + "R", reordered("rnn.weight_hh_l" + k, order), 1, rows, hidden);
    float[] biases = reordered("rnn.bias_ih_l" + k, order);
    for (int i = 0; i < order.size(); i++) {
      if (order.get(i).gate() == null) {
        Arrays.fill(biases, i * hidden, (i + 1) * hidden, ONE_AFTER_SIGMOID);
      }
    }
    // A second bias, of the recurrent product, follows: ours is one.
    String b = graph.tensor(name + "B", Arrays.copyOf(biases, 2 * biases.length), 1, 2 * rows);
    List<String> inputs = new ArrayList<>(List.of(x, w, r, b, OnnxGraph.NONE));
    inputs.addAll(before);
    List<AttributeProto> attributes = new ArrayList<>(List.of(more));
    attributes.add(OnnxGraph.integer("hidden_size", hidden));
    List<String> outputs =
        graph.nodes(operator, inputs, 1 + before.size(), attributes.toArray(AttributeProto[]::new));
    // (time, directions, batch, H)
    String all = graph.node("Squeeze", List.of(outputs.get(0), graph.axis(1)));
    return new Layer(all, outputs.subList(1, outputs.size()));
  }

  private float[] reordered(String name, List<Rows> order) {
    float[] ours = layout.copy(name, parameters);
    int size = ours.length / spec.cell().gates(); // of a gate
    float[] values = new float[order.size() * size];
    for (int i = 0; i < order.size(); i++) {
      Rows rows = order.get(i);
      if (rows.gate() != null) {
        int from = spec.cell().place(rows.gate()) * size;
        for (int j = 0; j < size; j++) {
          values[i * size + j] = rows.sign() * ours[from + j];
        }
      }
    }
    return values;
  }

  private AttributeProto[] activation() {
    String name = operator();
    return name.equals("Identity")
        ? new AttributeProto[] {
          OnnxGraph.text("activations", "Affine"),
          OnnxGraph.number("activation_alpha", 1),
          OnnxGraph.number("activation_beta", 0)
        }
        : new AttributeProto[] {OnnxGraph.text("activations", name)};
  }

  /** φ by its operator. */
  private String operator() {
    return switch (spec.activation().kind()) {
      case TANH -> "Tanh";
      case SIGMOID -> "Sigmoid";
      case RELU -> "Relu";
      case IDENTITY -> "Identity";
      case STEP -> throw refusal(spec.activation());
    };
  }

  private static UserException refusal(Activation activation) {
    return UserException.configuration(
        "a network whose activation is "
            + activation.kind()
            + " has no form in ONNX: give --safetensors in place of --onnx");
  }

  /** {@link CellKind#RNN_LAG_2}: {@code h' = φ(W x + U h + M h₋ + b)}. */
  private Layer scan(int k, String x, List<String> before) {
    int hidden = spec.hidden();
    String w = constant("rnn.weight_ih_l" + k, hidden, spec.inputWidth(k));
    String u = constant("rnn.weight_hh_l" + k, hidden, hidden);
    String m = constant("rnn.weight_hh2_l" + k, hidden, hidden);
    String b = constant("rnn.bias_ih_l" + k, hidden);
    String name = "step_l" + k;
    OnnxGraph step = new OnnxGraph(name);
    List<String> in = List.of(name + ".h", name + ".previous_h", name + ".x");
    for (String input : in) {
      step.input(input, DataType.FLOAT, "batch", input.endsWith("x") ? spec.inputWidth(k) : hidden);
    }
    AttributeProto transposed = OnnxGraph.integer("transB", 1);
    String z = step.node("Gemm", List.of(in.get(2), w, b), transposed);
    z = step.node("Gemm", List.of(in.get(0), u, z), transposed);
    z = step.node("Gemm", List.of(in.get(1), m, z), transposed);
    String h = step.node(operator(), List.of(z));
    List<String> out = List.of(name + ".next_h", name + ".next_previous_h", name + ".y");
    step.rename(h, out.get(0));
    step.rename(in.get(0), out.get(1));
    step.rename(h, out.get(2));
    for (String output : out) {
      step.output(output, DataType.FLOAT, "batch", hidden);
    }
    List<String> inputs = new ArrayList<>();
    for (String state : before) {
      inputs.add(graph.node("Squeeze", List.of(state, graph.axis(0))));
    }
    inputs.add(x);
    List<String> after =
        graph.nodes(
            "Scan", inputs, 3, OnnxGraph.body(step), OnnxGraph.integer("num_scan_inputs", 1));
    List<String> states = new ArrayList<>();
    for (String state : after.subList(0, 2)) {
      states.add(graph.node("Unsqueeze", List.of(state, graph.axis(0))));
    }
    return new Layer(after.get(2), states);
  }

  private String constant(String name, long... shape) {
    return graph.tensor(name, layout.copy(name, parameters), shape);
  }
}
