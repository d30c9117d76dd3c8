package org.seqlm.bench.step;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;

/** A process beside ours that reads a JSON command a line and answers each with one. */
final class JsonProcess implements Closeable {
  private final String name;
  private final Path errors;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;

  /**
   * @param name for who reads that it ended
   * @throws IOException if there is no such program
   */
  JsonProcess(String name, ProcessBuilder builder) throws IOException {
    this.name = name;
    errors = Files.createTempFile("seqlm-process", ".err");
    try {
      process = builder.redirectError(errors.toFile()).start();
    } catch (IOException e) {
      Files.delete(errors);
      throw e;
    }
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

  /**
   * Its answer.
   *
   * @throws UserException with exit code 5 if it ended instead
   */
  JsonNode ask(Map<String, ?> command) throws IOException {
    String answer;
    try {
      commands.write(Json.mapper().writeValueAsString(command));
      commands.newLine();
      commands.flush();
      answer = answers.readLine();
    } catch (IOException e) {
      answer = null; // nobody reads any more
    }
    if (answer == null) {
      throw ended();
    }
    return Json.mapper().readTree(answer);
  }

  /** That it ended, and its own last words: of a stack trace the line that says what. */
  UserException ended() throws IOException {
    String why =
        new String(Files.readAllBytes(errors), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
            .reduce("", (one, next) -> next);
    return UserException.platform(
        "the process of " + name + " ended" + (why.isEmpty() ? "" : ": " + why));
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
    try {
      commands.close();
    } finally {
      Files.delete(errors);
    }
  }
}
