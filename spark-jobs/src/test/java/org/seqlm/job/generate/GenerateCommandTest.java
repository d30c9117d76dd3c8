package org.seqlm.job.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.ngram.arpa.TinyArpa;

/** Where a prompt comes from, and that it arrives as it is. */
class GenerateCommandTest {
  @TempDir Path folder;
  private Path model;
  private String errors;

  @BeforeEach
  void write() throws IOException {
    model = Files.writeString(folder.resolve("tiny.arpa"), TinyArpa.TEXT);
  }

  private ExitCode generate(Object... args) {
    List<String> line = new ArrayList<>(List.of("generate", "--model", model.toString()));
    line.addAll(List.of("--length", "2", "--overwrite"));
    line.addAll(List.of("--json", folder.resolve("result.json").toString()));
    for (Object arg : args) {
      line.add(arg.toString());
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        SeqLM.run(line.toArray(String[]::new), new PrintStream(out, true, StandardCharsets.UTF_8));
    errors = out.toString(StandardCharsets.UTF_8);
    return ExitCode.values()[code];
  }

  private String prompt() throws IOException {
    return Json.mapper().readTree(folder.resolve("result.json").toFile()).path("prompt").asText();
  }

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("prompt"), content);
  }

  @Test
  void aPromptMayBeginWithADash() throws IOException {
    file("never read");
    for (String text :
        List.of("--", "-", "-h", "-x", "--seed=3", "--length", "-- a\n-b", "@" + file("b"))) {
      assertThat(generate("--prompt=" + text)).as(text + errors).isEqualTo(ExitCode.DONE);
      assertThat(prompt()).isEqualTo(text);
    }
    assertThat(generate("--prompt", "-x")).isEqualTo(ExitCode.DONE);
    assertThat(prompt()).isEqualTo("-x");
    assertThat(generate("--prompt", "-h")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(errors).contains("after =, for instance --prompt=-x");
    // Of numbers a dash is the sign, as ever.
    assertThat(generate("--seed=-3")).isEqualTo(ExitCode.DONE);
    assertThat(generate("--top-k=-3")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(errors).contains("top-k must be");
  }

  @Test
  void aPromptMayComeFromAFile() throws IOException {
    record Case(String content, String prompt) {}
    for (Case c :
        List.of(
            new Case("a b", "a b"),
            new Case("a b\n", "a b"),
            new Case("a b\r\n", "a b"),
            new Case("a b\n\n", "a b\n"),
            new Case("\uFEFFкот ", "кот "),
            new Case("", ""),
            new Case("-- \n@a", "-- \n@a"))) {
      assertThat(generate("--prompt-file", file(c.content))).as(errors).isEqualTo(ExitCode.DONE);
      assertThat(prompt()).isEqualTo(c.prompt);
    }
    assertThat(generate("--prompt-file", file("a"), "--prompt", "b"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(errors).contains("prompt and prompt-file exclude one another");
    assertThat(generate("--prompt-file", folder.resolve("none"))).isEqualTo(ExitCode.DATA);
    assertThat(errors).contains("none does not exist");
    assertThat(generate("--prompt-file", Files.createDirectory(folder.resolve("inside"))))
        .isEqualTo(ExitCode.DATA);
    assertThat(errors).contains("is a folder");
    Files.write(folder.resolve("latin"), new byte[] {'a', (byte) 0xe9, 'b'});
    assertThat(generate("--prompt-file", folder.resolve("latin"))).isEqualTo(ExitCode.DATA);
    assertThat(errors).contains("is no text in UTF-8");
    // Also before anything is done.
    assertThat(generate("--prompt-file", folder.resolve("none"), "--dry-run"))
        .isEqualTo(ExitCode.DATA);
  }
}
