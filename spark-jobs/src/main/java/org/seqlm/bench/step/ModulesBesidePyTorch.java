package org.seqlm.bench.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.artifact.Json;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.DeviceCheck;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.modules.Loss;
import org.seqlm.neural.torch.modules.ModuleNetwork;
import org.seqlm.neural.torch.modules.ModuleParameters;
import org.seqlm.neural.torch.modules.Pass;
import org.seqlm.neural.torch.modules.Predictions;

/**
 * Networks over examples beside PyTorch's own modules, on the CPU in float32: recurrent layers both
 * ways over sequences of different lengths, {@code MultiheadAttention} in blocks of our own making,
 * and {@code TransformerEncoderLayer} with {@code norm_first}. The same parameters and batch must
 * come to the same loss, log-probabilities and gradients.
 */
final class ModulesBesidePyTorch {
  /** In nats, and of a gradient. */
  static final double TOLERANCE = 1e-4;

  private static final int WIDTH = 12;
  private static final int LABELS = 5;
  private static final int[] LENGTHS = {7, 3, 9, 1, 6, 9};
  private static final int TIME = 9;
  private static final long SEED = 11;

  private ModulesBesidePyTorch() {}

  /**
   * What is compared.
   *
   * @param module of PyTorch: recurrent, attention or encoder
   */
  record Case(String module, Tagger network) {
    String name() {
      return network.title() + " as " + module;
    }
  }

  /** What a network makes of the batch. */
  record Found(double loss, double[] logProbabilities, Map<String, double[]> gradients) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (CellKind cell : List.of(CellKind.LSTM, CellKind.GRU_RESET_AFTER, CellKind.RNN)) {
      cases.add(recurrent(cell, Direction.BOTH));
    }
    cases.add(recurrent(CellKind.LSTM, Direction.FORWARD));
    AttentionBody blocks = new AttentionBody(2, WIDTH, 3, 20, 0);
    Tagger network = new Tagger(StepInput.vectors(WIDTH), blocks, LABELS);
    cases.add(new Case("attention", network));
    cases.add(new Case("encoder", network));
    return cases;
  }

  private static Case recurrent(CellKind cell, Direction direction) {
    RecurrentBody body = new RecurrentBody(cell, 2, 8, direction);
    return new Case("recurrent", new Tagger(StepInput.vectors(WIDTH), body, LABELS));
  }

  /**
   * Compares.
   *
   * @param python the interpreter
   * @return empty if there is no such interpreter, or it has no PyTorch
   */
  static List<DeviceCheck.Finding> all(String python) throws IOException {
    List<DeviceCheck.Finding> findings = new ArrayList<>();
    Path script = Files.createTempFile("seqlm-modules", ".py");
    try {
      try (InputStream in = ModulesBesidePyTorch.class.getResourceAsStream("modules.py")) {
        Files.write(script, in.readAllBytes());
      }
      ProcessBuilder builder = new ProcessBuilder(python, script.toString());
      builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1"));
      try (JsonProcess process = new JsonProcess("PyTorch", builder)) {
        JsonNode first = process.first();
        for (Case what : first == null ? List.<Case>of() : cases()) {
          String by = "PyTorch " + first.path("torch").asText();
          compare(what.name(), by, ours(what), theirs(process.ask(command(what))), findings);
        }
      }
    } catch (IOException e) {
      // No such interpreter, or one that says something else.
    } finally {
      Files.deleteIfExists(script);
    }
    return findings;
  }

  private static void compare(
      String name, String by, Found ours, Found theirs, List<DeviceCheck.Finding> findings) {
    double loss = Math.abs(ours.loss() - theirs.loss());
    findings.add(new DeviceCheck.Finding(name, by, "losses", loss, TOLERANCE, null));
    findings.add(
        new DeviceCheck.Finding(
            name,
            by,
            "log-probabilities",
            difference(ours.logProbabilities(), theirs.logProbabilities()),
            TOLERANCE,
            null));
    double worst = 0;
    for (Map.Entry<String, double[]> mine : ours.gradients().entrySet()) {
      double[] other = theirs.gradients().getOrDefault(mine.getKey(), new double[0]);
      worst = Math.max(worst, difference(mine.getValue(), other));
    }
    findings.add(new DeviceCheck.Finding(name, by, "gradients", worst, TOLERANCE, null));
  }

  /** The largest; infinite where one has not what the other has, or has what is no number. */
  private static double difference(double[] one, double[] other) {
    if (one.length != other.length) {
      return Double.POSITIVE_INFINITY;
    }
    double largest = 0;
    for (int i = 0; i < one.length; i++) {
      double difference = Math.abs(one[i] - other[i]);
      largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
    }
    return largest;
  }

  private static Batch batch() {
    KeyedRandom random = KeyedRandom.of(SEED, "batch");
    int size = LENGTHS.length;
    float[] values = new float[size * TIME * WIDTH];
    int[] tags = new int[size * TIME];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal(i);
    }
    for (int i = 0; i < tags.length; i++) {
      tags[i] = (int) (KeyedRandom.of(SEED, "tags").uniform(i) * LABELS);
    }
    return new Batch(size)
        .put("input", new Batch.Floats(values, size, TIME, WIDTH))
        .putLengths("input", LENGTHS)
        .put("tags", new Batch.Ints(tags, size, TIME));
  }

  static Found ours(Case what) {
    TorchDevice.library();
    TorchThreads.one();
    Batch batch = batch();
    ModuleNetwork module = ModuleNetwork.of(what.network());
    ParameterLayout layout = what.network().layout();
    float[] values = InitialParameters.create(what.network(), SEED);
    Recipe recipe = new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0));
    try (PointerScope scope = new PointerScope()) {
      ModuleParameters parameters =
          new ModuleParameters(layout, values, TorchDevice.cpu(), torch.ScalarType.Float);
      Loss loss = module.loss(Pass.toTrain(parameters, null, recipe), batch);
      parameters.differentiate(loss.objective());
      float[] gradient = TorchDevice.floats(parameters.gradient());
      Map<String, double[]> gradients = new LinkedHashMap<>();
      for (ParameterLayout.Tensor tensor : layout.tensors()) {
        gradients.put(tensor.name(), doubles(layout.copy(tensor.name(), gradient)));
      }
      return new Found(
          loss.nats().item_double(), counting(predicted(module, parameters)), gradients);
    }
  }

  private static Predictions.Labels predicted(ModuleNetwork module, ModuleParameters parameters) {
    try (AutoGradMode off = new AutoGradMode(false)) {
      return (Predictions.Labels) module.predict(Pass.toRead(parameters), batch());
    }
  }

  /** Those of steps that count, sequence by sequence. */
  private static double[] counting(Predictions.Labels labels) {
    List<Double> logs = new ArrayList<>();
    for (int b = 0; b < LENGTHS.length; b++) {
      for (int t = 0; t < LENGTHS[b]; t++) {
        for (int c = 0; c < LABELS; c++) {
          logs.add(labels.logProbability(b * TIME + t, c));
        }
      }
    }
    return logs.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** What the script is asked. */
  static Map<String, Object> command(Case what) {
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("module", what.module());
    network.put("labels", LABELS);
    if (what.network().body() instanceof RecurrentBody body) {
      network.put("cell", Json.name(body.cell()));
      network.put("layers", body.layers());
      network.put("hidden", body.hidden());
      network.put("direction", Json.name(body.direction()));
    } else if (what.network().body() instanceof AttentionBody body) {
      network.put("blocks", body.blocks());
      network.put("width", body.width());
      network.put("heads", body.heads());
      network.put("inner", body.inner());
    }
    ParameterLayout layout = what.network().layout();
    float[] values = InitialParameters.create(what.network(), SEED);
    Map<String, Object> weights = new LinkedHashMap<>();
    for (ParameterLayout.Tensor tensor : layout.tensors()) {
      weights.put(tensor.name(), array(layout.copy(tensor.name(), values), tensor.shape()));
    }
    Batch batch = batch();
    int size = LENGTHS.length;
    Map<String, Object> arrays = new LinkedHashMap<>();
    arrays.put("input", array(batch.floats("input").values(), List.of(size, TIME, WIDTH)));
    arrays.put("input-lengths", array(LENGTHS, List.of(size)));
    arrays.put("tags", array(batch.ints("tags").values(), List.of(size, TIME)));
    return Map.of("network", network, "weights", weights, "batch", arrays);
  }

  private static Map<String, Object> array(Object values, List<Integer> shape) {
    return Map.of("shape", shape, "values", values);
  }

  private static Found theirs(JsonNode answer) {
    Map<String, double[]> gradients = new LinkedHashMap<>();
    answer
        .get("gradients")
        .fields()
        .forEachRemaining(field -> gradients.put(field.getKey(), values(field.getValue())));
    return new Found(
        answer.get("loss").asDouble(), values(answer.get("log_probabilities")), gradients);
  }

  private static double[] values(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }
}
