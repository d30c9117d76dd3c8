package org.seqlm.bench.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.artifact.Json;
import org.seqlm.neural.learner.Execution;

/**
 * PyTorch, where {@code python3} has it: a process beside ours that trains the same steps when it
 * is told to, so that both are measured in turns.
 */
final class PyTorch implements StepRunner {
  private final JsonProcess process;
  private final Path script;
  private final String version;

  private PyTorch(JsonProcess process, Path script, String version) {
    this.process = process;
    this.script = script;
    this.version = version;
  }

  /**
   * Starts one.
   *
   * @param python the interpreter
   * @return null if there is no such interpreter, or it has no PyTorch
   */
  static PyTorch start(String python) throws IOException {
    Path script = Files.createTempFile("seqlm-step", ".py");
    try (InputStream in = PyTorch.class.getResourceAsStream("step.py")) {
      Files.write(script, in.readAllBytes());
    }
    JsonProcess process = null;
    JsonNode first = null;
    try {
      ProcessBuilder builder = new ProcessBuilder(python, script.toString());
      builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1"));
      process = new JsonProcess("PyTorch", builder);
      first = process.first();
    } catch (IOException e) {
      // No such interpreter, or one that says something else.
    }
    if (first == null) {
      if (process != null) {
        process.close();
      }
      Files.delete(script);
      return null;
    }
    return new PyTorch(process, script, first.path("torch").asText());
  }

  String version() {
    return version;
  }

  /** Whether PyTorch has the network of a case without code of one's own. */
  static boolean has(StepCase what) {
    return List.of("lstm", "gru-reset-after", "rnn").contains(Json.name(what.spec().cell()));
  }

  /** Makes the network of a case; the one before is let go. */
  void open(StepCase what, Execution execution) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("cell", Json.name(what.spec().cell()));
    fields.put("vocabulary", what.spec().vocabulary());
    fields.put("embedding", what.spec().embedding());
    fields.put("hidden", what.spec().hidden());
    fields.put("layers", what.spec().layers());
    fields.put("output", Json.name(what.spec().output()));
    fields.put("cutoffs", what.spec().cutoffs());
    fields.put("optimizer", Json.name(what.optimizer().kind()));
    fields.put("learning_rate", what.learningRate());
    fields.put("clip_norm", what.optimizer().clipNorm());
    fields.put("batch", what.batch());
    fields.put("time_steps", what.timeSteps());
    fields.put("windows", StepCase.WINDOWS);
    fields.put("device", execution.device() == Execution.Device.CUDA ? "cuda" : "cpu");
    fields.put("precision", Json.name(execution.precision()));
    process.ask(Map.of("open", fields));
  }

  @Override
  public Stretch run(int steps) throws IOException {
    return process.run(Map.of("run", steps));
  }

  @Override
  public void close() throws IOException {
    try {
      process.close();
    } finally {
      Files.deleteIfExists(script);
    }
  }
}
