package org.seqlm.job.bench.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ExitCode;
import org.seqlm.artifact.Json;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.text.subword.BpeRules;
import org.seqlm.text.subword.BpeTrainer;
import org.seqlm.text.subword.TextShape;
import org.seqlm.text.subword.TokenizerJsonWriter;
import org.seqlm.vocab.TokenCounts;

class BenchTokenizerCommandTest {
  @TempDir Path folder;

  @Test
  void measuresOursAndTheirs() throws IOException {
    String text = "the cat sat on the mat\n\nسلام دنیا, 12 it's\n".repeat(50);
    TokenCounts counts = new TokenCounts(16);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    TextShape.plain()
        .split(utf8, 0, utf8.length, (bytes, from, to) -> counts.add(bytes, from, to, 1));
    Path json = folder.resolve("t.json");
    Files.write(
        json,
        TokenizerJsonWriter.write(
            BpeTrainer.train(counts.packed(), new BpeRules(270, 2, List.of())), TextShape.plain()));
    Path input = Files.writeString(folder.resolve("text.txt"), text);
    Path record = folder.resolve("r.json");
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run(
            "bench",
            "tokenizer",
            "--tokenizer",
            json,
            "--input",
            input,
            "--turns",
            1,
            "--json",
            record);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode measured = Json.mapper().readTree(Files.readString(record)).get("measured");
    assertThat(measured.get("lines").asLong()).isEqualTo(150);
    assertThat(measured.get("words").asLong()).isEqualTo(500);
    assertThat(measured.get("rows").get(0).get("tokens").asLong()).isGreaterThan(500);
    // Where their library does not load, nothing is compared.
    assertThat(measured.path("different-lines").asLong()).isZero();

    assertThat(
            NgramsOutcomes.run(
                    "bench", "tokenizer", "--tokenizer", folder.resolve("no"), "--input", input)
                .code())
        .isNotEqualTo(ExitCode.BUG.code())
        .isNotZero();
  }
}
