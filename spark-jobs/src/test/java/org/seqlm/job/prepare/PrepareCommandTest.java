package org.seqlm.job.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DocumentLabels;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.job.SeqLM;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.spark.tokens.DatasetTokens;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

class PrepareCommandTest {
  @TempDir Path folder;

  @BeforeAll
  static void session() {
    TestSpark.session();
  }

  private record Outcome(int code, String err) {}

  private static Outcome run(String... args) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = SeqLM.run(args, new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Outcome(code, err.toString(StandardCharsets.UTF_8));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }

  private JsonNode prepare(String input, String output, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of(
                "prepare",
                "--input",
                path(input),
                "--output",
                path(output),
                "--json",
                path(output + ".json")));
    args.addAll(List.of(more));
    Outcome outcome = run(args.toArray(String[]::new));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    return Json.mapper().readTree(folder.resolve(output + ".json").toFile());
  }

  private static List<String> tokens(Dataset dataset, Split split) throws IOException {
    List<String> tokens = new ArrayList<>();
    Vocabulary vocabulary = dataset.vocabulary();
    for (TokenBlock block :
        DatasetTokens.blocks(TestSpark.context(), dataset, split, Boundary.LINE, 3).collect()) {
      assertThat(block.before()).hasSize((int) Math.min(2, block.offset()));
      for (int id : block.tokens()) {
        tokens.add(vocabulary.token(id));
      }
    }
    return tokens;
  }

  @Test
  void contiguousSplitsCutAnywhere() throws IOException {
    // 20 tokens: ten lines of a word and its end.
    write("in.txt", "a\nb\na\nc\n d\na\nb\na  \nnew\nlast\n");
    JsonNode result =
        prepare(
            "in.txt", "out", "--tokenizer", "whitespace", "--splits", "contiguous:0.75,0.2,0.05");
    Dataset dataset = Dataset.open(new Configuration(), path("out"));
    assertThat(tokens(dataset, Split.TRAIN))
        .containsExactly(
            "a", "</s>", "b", "</s>", "a", "</s>", "c", "</s>", "d", "</s>", "a", "</s>", "b",
            "</s>", "a");
    assertThat(tokens(dataset, Split.VALID)).containsExactly("</s>", "<unk>", "</s>", "<unk>");
    assertThat(tokens(dataset, Split.TEST)).containsExactly("</s>");
    Map<Split, SplitStatistics> splits = dataset.details().splits();
    // "a\nb\na\nc\n d\na\nb\na" | "  \nnew\nlast" | "\n", a line's first space counted with its end
    assertThat(splits.get(Split.TRAIN).characters()).isEqualTo(16);
    assertThat(splits.get(Split.VALID).characters()).isEqualTo(11);
    assertThat(splits.get(Split.TEST).characters()).isEqualTo(1);
    assertThat(splits.get(Split.VALID).unknown()).isEqualTo(2);
    assertThat(splits.get(Split.VALID).unknownBytes()).isEqualTo(7);
    assertThat(splits.get(Split.VALID).lines()).isEqualTo(2);
    assertThat(splits.get(Split.TRAIN).documents()).isEqualTo(1);
    Vocabulary vocabulary = dataset.vocabulary();
    assertThat(vocabulary.size()).isEqualTo(7);
    assertThat(vocabulary.token(3)).isEqualTo("a");
    assertThat(vocabulary.count(3)).isEqualTo(4);
    assertThat(vocabulary.count(2)).isEqualTo(7);
    assertThat(result.path("types").asInt()).isEqualTo(4);
    assertThat(result.path("splits").path("valid").path("unknown").asInt()).isEqualTo(2);
    assertThat(result.path("unknown-rates").path("valid").asDouble()).isEqualTo(0.5);

    prepare("in.txt", "all", "--tokenizer", "whitespace", "--set", "vocabulary.from=all");
    Dataset all = Dataset.open(new Configuration(), path("all"));
    assertThat(all.vocabulary().size()).isEqualTo(9);
    assertThat(all.details().splits().get(Split.VALID).unknown()).isZero();
  }

  @Test
  void theSameBytesForAnyNumberOfTasks() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("line ")
          .append(i * i % 97)
          .append(" of é words\n")
          .append(i % 9 == 0 ? "\n" : "");
    }
    write("in/a.txt", text.toString());
    write("in/b.jsonl", "{\"text\":\"json text\"}\n");
    for (String[] more :
        new String[][] {
          {"--tokenizer", "word", "--splits", "hashed:0.8,0.1,0.1", "--document", "blank-line"},
          {"--tokenizer", "char", "--vocabulary-size", "12"},
          {"--tokenizer", "word", "--splits", "hashed-words:0.8,0.1,0.1", "--document", "line"}
        }) {
      Map<String, String> first = null;
      for (String partitions : List.of("1", "2", "7")) {
        List<String> args = new ArrayList<>(List.of(more));
        args.addAll(List.of("--partitions", partitions, "--overwrite"));
        prepare("in", "out", args.toArray(String[]::new));
        Map<String, String> hashes = ArtifactFiles.content(folder.resolve("out"));
        assertThat(hashes).containsKeys("manifest.json", "vocabulary.jsonl");
        first = first == null ? hashes : first;
        assertThat(hashes).isEqualTo(first);
      }
    }
  }

  @Test
  void hashedSplitsKeepDocumentsWholeAndCopiesTogether() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      text.append("doc").append(i % 200).append(" second line\\nend");
      text.append(i < 399 ? "\n" : "");
    }
    StringBuilder records = new StringBuilder();
    for (String line : text.toString().split("\n", -1)) {
      records.append("{\"body\":\"").append(line).append("\"}\n");
    }
    write("in.jsonl", records.toString());
    prepare(
        "in.jsonl",
        "out",
        "--tokenizer",
        "whitespace",
        "--splits",
        "hashed:0.5,0.25,0.25",
        "--text-field",
        "body",
        "--set",
        "vocabulary.from=all");
    Dataset dataset = Dataset.open(new Configuration(), path("out"));
    Map<Split, Set<String>> documents = new TreeMap<>();
    long total = 0;
    for (Split split : Split.values()) {
      List<String> tokens = tokens(dataset, split);
      total += tokens.size();
      // Every document gives doc, second, line, </s>, end, </s>.
      for (int i = 0; i < tokens.size(); i += 6) {
        assertThat(tokens.get(i)).startsWith("doc");
        assertThat(tokens.get(i + 5)).isEqualTo("</s>");
      }
      assertThat(dataset.details().splits().get(split).documents()).isEqualTo(tokens.size() / 6);
      assertThat(tokens.size() / 12.0).isBetween(30.0, 140.0);
      documents.put(
          split,
          new java.util.TreeSet<>(tokens.stream().filter(t -> t.startsWith("doc")).toList()));
    }
    assertThat(total).isEqualTo(2400);
    assertThat(documents.get(Split.TRAIN)).doesNotContainAnyElementsOf(documents.get(Split.VALID));
    assertThat(documents.get(Split.TRAIN)).doesNotContainAnyElementsOf(documents.get(Split.TEST));
    assertThat(documents.get(Split.VALID)).doesNotContainAnyElementsOf(documents.get(Split.TEST));
  }

  /** What is held out today is not trained on tomorrow, however it is written and cut then. */
  @Test
  void hashedWordsHoldOutTheSameDocumentsOnAnyDay() throws IOException {
    StringBuilder today = new StringBuilder();
    StringBuilder tomorrow = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      today.append("Said number").append(i).append(", twice.\n");
      tomorrow.append("new").append(i).append(" said\n\nsaid  NUMBER").append(299 - i);
      tomorrow.append("\n\"twice\"\n\n");
    }
    write("today.txt", today.toString());
    write("tomorrow.txt", tomorrow.toString());
    String[] splits = {
      "--tokenizer", "word", "--lowercase", "--splits", "hashed-words:0.6,0.2,0.2"
    };
    Map<Split, Set<String>> before = numbers("today.txt", "line", splits);
    Map<Split, Set<String>> after = numbers("tomorrow.txt", "blank-line", splits);
    assertThat(after).isEqualTo(before);
    assertThat(before.get(Split.TEST).size()).isBetween(25, 95);
    assertThat(before.get(Split.TRAIN).size()).isBetween(135, 225);
    assertThat(numbers("today.txt", "line", with(splits, "--seed", "9"))).isEqualTo(before);
    assertThat(numbers("today.txt", "line", with(splits, "--set", "splits.salt=other")))
        .isNotEqualTo(before);
  }

  private static String[] with(String[] args, String... more) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Map<Split, Set<String>> numbers(String input, String document, String... args)
      throws IOException {
    prepare(
        input,
        "numbers",
        with(args, "--document", document, "--set", "vocabulary.from=all", "--overwrite"));
    Dataset dataset = Dataset.open(new Configuration(), path("numbers"));
    Map<Split, Set<String>> found = new TreeMap<>();
    for (Split split : Split.values()) {
      found.put(
          split,
          new java.util.TreeSet<>(
              tokens(dataset, split).stream().filter(t -> t.startsWith("number")).toList()));
    }
    return found;
  }

  /** Labels go with the test split's documents, whatever the tasks, and change nothing else. */
  @Test
  void labelsGoWithHeldOutDocumentsAndClustersStayTogether() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      lines
          .append("{\"text\": \"word")
          .append(i)
          .append(" of\\nmany\", \"language\": ")
          .append(i % 3 == 0 ? "null" : i % 3 == 1 ? "\"en\"" : "\"fa\"")
          .append(", \"group\": \"g")
          .append(i / 4)
          .append("\"}\n");
    }
    write("in/x/a.jsonl", lines.toString());
    write("in/y/b.txt", "some words\n");
    String[] rules = {
      "--tokenizer", "word", "--splits", "hashed-words:0.5,0.2,0.3", "--set", "vocabulary.from=all"
    };
    prepare("in", "plain", rules);
    prepare("in", "labelled", with(rules, "--set", "labels=[language, source]"));
    prepare(
        "in",
        "clustered",
        with(rules, "--set", "labels=[group, language]", "--set", "splits.cluster-field=group"));
    prepare(
        "in",
        "again",
        with(
            rules,
            "--set",
            "labels=[group, language]",
            "--set",
            "splits.cluster-field=group",
            "--partitions",
            "7"));
    Configuration conf = new Configuration();
    Dataset plain = Dataset.open(conf, path("plain"));
    Dataset labelled = Dataset.open(conf, path("labelled"));
    Dataset clustered = Dataset.open(conf, path("clustered"));
    assertThat(DocumentLabels.of(plain)).isNull();
    assertThat(plain.artifact().manifest().config().has("labels")).isFalse();
    assertThat(plain.artifact().manifest().config().path("splits").has("cluster-field")).isFalse();
    for (Split split : Split.values()) {
      assertThat(tokens(labelled, split)).isEqualTo(tokens(plain, split));
    }
    // Each document's number tells what its labels have to be.
    List<DocumentLabels> labels = DocumentLabels.of(labelled);
    List<Integer> held = numbers(labelled, Split.TEST);
    assertThat(held).hasSizeGreaterThan(20).hasSameSizeAs(labels);
    for (int i = 0; i < held.size(); i++) {
      int number = held.get(i);
      assertThat(labels.get(i).values())
          .containsExactly(number % 3 == 0 ? null : number % 3 == 1 ? "en" : "fa", "x");
      assertThat(labels.get(i).cluster()).isNull();
    }
    List<DocumentLabels> grouped = DocumentLabels.of(clustered);
    List<Integer> groups = numbers(clustered, Split.TEST);
    assertThat(groups).hasSizeGreaterThan(8).hasSameSizeAs(grouped);
    Map<String, String> clusters = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      String group = "g" + groups.get(i) / 4;
      assertThat(grouped.get(i).values().get(0)).isEqualTo(group);
      String cluster = clusters.putIfAbsent(group, grouped.get(i).cluster());
      assertThat(cluster == null || cluster.equals(grouped.get(i).cluster())).isTrue();
    }
    assertThat(groups).hasSize(4 * clusters.size());
    assertThat(Set.copyOf(clusters.values())).hasSameSizeAs(clusters.keySet());
    assertThat(Dataset.open(conf, path("again")).artifact().manifest().files())
        .isEqualTo(clustered.artifact().manifest().files());
  }

  /** The numbers of a split's documents, in their order. */
  private static List<Integer> numbers(Dataset dataset, Split split) throws IOException {
    return tokens(dataset, split).stream()
        .filter(token -> token.matches("word\\d+"))
        .map(token -> Integer.parseInt(token.substring(4)))
        .toList();
  }

  @Test
  void reservedSpellingsAreUnknownAndReported() throws IOException {
    write("in.txt", "a </s> b <s>\n<unk> <UNK> a\n");
    JsonNode result =
        prepare("in.txt", "out", "--tokenizer", "whitespace", "--splits", "contiguous:1,0,0");
    Dataset dataset = Dataset.open(new Configuration(), path("out"));
    assertThat(tokens(dataset, Split.TRAIN))
        .containsExactly("a", "<unk>", "b", "<unk>", "</s>", "<unk>", "<unk>", "a", "</s>");
    assertThat(result.path("notes").path("reserved-spelling").asInt()).isEqualTo(4);
    assertThat(dataset.details().splits().get(Split.TRAIN).unknownBytes()).isEqualTo(17);
    assertThat(dataset.details().splits().get(Split.TRAIN).characters()).isEqualTo(27);
  }

  /** In YAML, with a stage of the tests' own, and a file that is gone when the dataset is read. */
  @Test
  void aChainCutsTheTextAndTravelsWithIt() throws IOException {
    write("in.txt", "Die FIRE-works 3/4! 😀 #Ab_c the end\nمی\u200Cروم the\n");
    write("stop.txt", "the\n");
    write(
        "chain.yaml",
        "[nfkc, lowercase, {words: {emoji: drop}}, own-backwards, own-backwards,\n"
            + " {stop-words: {file: \""
            + path("stop.txt")
            + "\"}}]\n");
    JsonNode result =
        prepare(
            "in.txt",
            "out",
            "--tokenizer",
            "chain:" + path("chain.yaml"),
            "--splits",
            "contiguous:1,0,0");
    Files.delete(folder.resolve("stop.txt"));
    Dataset dataset = Dataset.open(new Configuration(), path("out"));
    assertThat(tokens(dataset, Split.TRAIN))
        .containsExactly(
            "die", "fire", "works", "3/4", "#ab_c", "end", "</s>", "می\u200Cروم", "</s>");
    assertThat(result.path("lines").asInt()).isEqualTo(2);
    // The code points of the normalised text, with the line feeds.
    assertThat(result.path("characters").asInt()).isEqualTo(47);
    Tokenizer again = Tokenizer.of(dataset.details().rules());
    List<String> cut = new ArrayList<>();
    byte[] utf8 = "The End".getBytes(StandardCharsets.UTF_8);
    again.tokenize(
        utf8,
        0,
        utf8.length,
        (bytes, from, to) -> cut.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    assertThat(cut).containsExactly("end");
    String manifest = Files.readString(ArtifactFiles.manifestFile(folder.resolve("out")));
    assertThat(manifest).contains("\"file\" : \"stop.txt\"").doesNotContain(path("stop.txt"));
  }

  @Test
  void whatIsWrongWithAChainIsOneLine() throws IOException {
    write("in.txt", "a b c\n");
    write("chain.yaml", "[wrods]\n");
    write("file.yaml", "[words, {stop-words: {file: none.txt}}]\n");
    String[] refused = {
      "tokenizer.kind=chain",
      "tokenizer.chain is missing: list its stages",
      "tokenizer.kind=chain:" + path("chain.yaml"),
      "there is no stage wrods: did you mean words?",
      "tokenizer.kind=chain:" + path("none.yaml"),
      "none.yaml does not exist",
      "tokenizer.kind=chain:" + path("file.yaml"),
      "stop-words.file: none.txt does not exist",
      "tokenizer.chain=[words]",
      "tokenizer.chain is of tokenizer.kind chain"
    };
    for (int i = 0; i < refused.length; i += 2) {
      Outcome outcome =
          run("prepare", "--input", path("in.txt"), "--output", path("out"), "--set", refused[i]);
      assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).contains(refused[i + 1]);
    }
  }

  @Test
  void longLinesAreCutAndTold() throws IOException {
    write("in.txt", "One two. Three four. Five six.\nb\n");
    JsonNode result =
        prepare(
            "in.txt",
            "out",
            "--tokenizer",
            "word",
            "--splits",
            "contiguous:1,0,0",
            "--set",
            "input.max-record-bytes=24");
    assertThat(result.path("notes").path("split-long").asInt()).isEqualTo(1);
    assertThat(result.path("records").asInt()).isEqualTo(2);
    assertThat(result.path("lines").asInt()).isEqualTo(3);
    assertThat(tokens(Dataset.open(new Configuration(), path("out")), Split.TRAIN))
        .containsExactly("One", "two", "Three", "four", "</s>", "Five", "six", "</s>", "b", "</s>");
  }

  /** However often they stand in the text, they take no room from words. */
  @Test
  void reservedSpellingsDoNotCountAsWords() throws IOException {
    write("marks.txt", "<UNK> <unk> <s> </s>\n".repeat(5) + "a a a b b c\n");
    prepare(
        "marks.txt",
        "marks",
        "--tokenizer",
        "whitespace",
        "--splits",
        "contiguous:1,0,0",
        "--set",
        "vocabulary.max-size=5");
    Vocabulary vocabulary = Dataset.open(new Configuration(), path("marks")).vocabulary();
    assertThat(IntStream.range(0, vocabulary.size()).mapToObj(vocabulary::token))
        .containsExactly("<unk>", "<s>", "</s>", "a", "b");
  }

  @Test
  void badInputGivesOneLineItsExitCodeAndNothingHalfWritten() throws IOException {
    write("good.txt", "some words here\nand more\n");
    write("empty.txt", "");
    write("one.txt", "word\n");
    try (var out = Files.newOutputStream(folder.resolve("cut.txt.gz"))) {
      java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
        gzip.write("some words\n".repeat(100).getBytes(StandardCharsets.UTF_8));
      }
      out.write(bytes.toByteArray(), 0, bytes.size() - 12);
    }
    Files.write(folder.resolve("latin.txt"), HexFormat.of().parseHex("6361660a6361fee90a"));
    expect(3, "does not exist", "--input", path("none"));
    expect(3, "has 0 tokens", "--input", path("empty.txt"));
    expect(3, "has 1 token (", "--input", path("one.txt"), "--tokenizer", "word");
    expect(3, "cut.txt.gz (Unexpected end of input stream)", "--input", path("cut.txt.gz"));
    expect(3, "the first invalid-utf8 is in", "--input", path("latin.txt"));
    expect(
        2,
        "vocabulary.max-size must be 0 (no limit) or at least 4",
        "--input",
        path("good.txt"),
        "--vocabulary-size",
        "3");
    expect(
        2,
        "tokenizer.kind must be one of char, word, whitespace",
        "--input",
        path("good.txt"),
        "--tokenizer",
        "wrod");
    expect(2, "did you mean word?", "--input", path("good.txt"), "--tokenizer", "wrod");
    expect(
        2,
        "unknown key tokenizer.kinds",
        "--input",
        path("good.txt"),
        "--set",
        "tokenizer.kinds=char");
    expect(2, "must sum to 1", "--input", path("good.txt"), "--splits", "contiguous:0.9,0.1,0.1");
    expect(
        2,
        "--splits takes METHOD:TRAIN,VALID,TEST",
        "--input",
        path("good.txt"),
        "--splits",
        "0.9");
    expect(2, "input.paths is missing: give --input");
    prepare("good.txt", "out");
    Outcome again = run("prepare", "--input", path("good.txt"), "--output", path("out"));
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("exists: give --overwrite");
  }

  private void expect(int code, String message, String... args) throws IOException {
    List<String> all = new ArrayList<>(List.of("prepare", "--output", path("bad")));
    all.addAll(List.of(args));
    Outcome outcome = run(all.toArray(String[]::new));
    assertThat(outcome.err()).contains(message);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(code);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.contains("bad")))
          .isEmpty();
    }
  }

  @Test
  void dryRunWritesNothing() throws IOException {
    write("good.txt", "some words here\n");
    Outcome outcome =
        run("prepare", "--input", path("good.txt"), "--output", path("out"), "--dry-run");
    assertThat(outcome.code()).isZero();
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(run("prepare", "--input", path("no"), "--output", path("out"), "--dry-run").code())
        .isEqualTo(3);
  }
}
