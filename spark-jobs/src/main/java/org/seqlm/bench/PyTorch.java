package org.seqlm.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.artifact.Json;
import org.seqlm.neural.Execution;
import org.seqlm.neural.Precision;

/**
 * PyTorch, where {@code python3} has it: a process beside ours that trains the same steps when it
 * is told to, so that both are measured in turns.
 */
final class PyTorch implements StepRunner {
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private final Path script;
  private final String version;

  private PyTorch(Process process, Path script) throws IOException {
    this.process = process;
    this.script = script;
    commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String first = answers.readLine();
    version = first == null ? null : Json.mapper().readTree(first).get("torch").asText();
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
    PyTorch started = null;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(python, script.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1", "MKL_NUM_THREADS", "1"));
      started = new PyTorch(builder.start(), script);
    } catch (IOException e) {
      // No such interpreter.
      Files.delete(script);
      return null;
    }
    if (started.version == null) {
      started.close();
      return null;
    }
    return started;
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
    fields.put("precision", execution.precision() == Precision.BF16 ? "bf16" : "float32");
    ask(Map.of("open", fields));
  }

  @Override
  public Stretch run(int steps) throws IOException {
    JsonNode answer = ask(Map.of("run", steps));
    return new Stretch(
        answer.get("tokens").asLong(),
        answer.get("seconds").asDouble(),
        answer.get("cpu_seconds").asDouble());
  }

  private JsonNode ask(Map<String, ?> command) throws IOException {
    commands.write(Json.mapper().writeValueAsString(command));
    commands.newLine();
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("PyTorch's process ended; its script is " + script);
    }
    return Json.mapper().readTree(answer);
  }

  @Override
  public void close() throws IOException {
    commands.close();
    process.destroy();
    Files.deleteIfExists(script);
  }
}
