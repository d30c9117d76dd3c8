package org.seqlm.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.seqlm.artifact.Json;

/** A process beside ours that reads a JSON command a line and answers each with one. */
final class JsonProcess implements Closeable {
  private final String name;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  /**
   * @param name for who reads that it ended
   */
  JsonProcess(String name, ProcessBuilder builder) throws IOException {
    this.name = name;
    process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    commands =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** What it says of itself first; null if it ended instead. */
  JsonNode first() throws IOException {
    String line = answers.readLine();
    return line == null ? null : Json.mapper().readTree(line);
  }

  JsonNode ask(Map<String, ?> command) throws IOException {
    commands.write(Json.mapper().writeValueAsString(command));
    commands.newLine();
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the process of " + name + " ended");
    }
    return Json.mapper().readTree(answer);
  }

  /** Trains steps. */
  StepRunner.Stretch run(Map<String, ?> command) throws IOException {
    JsonNode answer = ask(command);
    return new StepRunner.Stretch(
        answer.get("tokens").asLong(),
        answer.get("seconds").asDouble(),
        answer.get("cpu_seconds").asDouble());
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    commands.close();
  }
}
