package org.seqlm.neural.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** A graph while it is written, node by node in the order of computation. */
final class OnnxGraph {
  /** An input of an operator that is left out. */
  static final String NONE = "";

  private final GraphProto.Builder graph;
  private final String prefix; // of the names given here: a graph within another has its own
  private final Set<Integer> axes = new HashSet<>(); // that are constants of it
  private int given;

  OnnxGraph(String name) {
    graph = GraphProto.newBuilder().setName(name);
    prefix = name + "/";
  }

  GraphProto build() {
    return graph.build();
  }

  /** Adds a constant of float32. */
  String tensor(String name, float[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return tensor(name, TensorProto.DataType.FLOAT, bytes, shape);
  }

  /** Adds a constant of int64: a list, or a single number where {@code shape} is empty. */
  String integers(String name, long[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return tensor(name, TensorProto.DataType.INT64, bytes, shape);
  }

  /** The constant that names an axis, for the operators that take it as an input. */
  String axis(int axis) {
    String name = "axis" + axis;
    return axes.add(axis) ? integers(name, new long[] {axis}, 1) : name;
  }

  private String tensor(String name, TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    for (long extent : shape) {
      tensor.addDims(extent);
    }
    graph.addInitializer(tensor);
    return name;
  }

  /** Adds an operator of one output, whose name is returned. */
  String node(String operator, List<String> inputs, AttributeProto... attributes) {
    return nodes(operator, inputs, 1, attributes).get(0);
  }

  /** The same of more outputs. */
  List<String> nodes(
      String operator, List<String> inputs, int outputs, AttributeProto... attributes) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      names.add(prefix + operator + given++);
    }
    add(operator, inputs, names, attributes);
    return names;
  }

  /** Gives a value another name, that of an output of the graph. */
  void rename(String value, String name) {
    add("Identity", List.of(value), List.of(name));
  }

  private void add(
      String operator, List<String> inputs, List<String> outputs, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(outputs.get(0))
            .setOpType(operator)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  void input(String name, TensorProto.DataType type, Object... shape) {
    graph.addInput(value(name, type, shape));
  }

  void output(String name, TensorProto.DataType type, Object... shape) {
    graph.addOutput(value(name, type, shape));
  }

  /**
   * @param shape numbers, and names of what is decided when it runs
   */
  private static ValueInfoProto value(String name, TensorProto.DataType type, Object... shape) {
    TensorShapeProto.Builder extents = TensorShapeProto.newBuilder();
    for (Object extent : shape) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      extents.addDim(
          extent instanceof String axis
              ? dimension.setDimParam(axis)
              : dimension.setDimValue(((Number) extent).longValue()));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(extents)))
        .build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto integers(String name, Iterable<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOATS)
        .addFloats(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRINGS)
        .addStrings(ByteString.copyFrom(value, StandardCharsets.UTF_8))
        .build();
  }

  static AttributeProto body(OnnxGraph graph) {
    return AttributeProto.newBuilder()
        .setName("body")
        .setType(AttributeType.GRAPH)
        .setG(graph.build())
        .build();
  }
}
