package org.seqlm.job.ngrams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.job.SeqLM;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramTablesArtifact;

/** The other forms of counted n-grams, as their readers see them. */
final class NgramsFormsTest {
  private static final int ORDER = 3;
  private static final int SLICES = 20;

  @TempDir static Path folder;

  /** Lines of words, most of them a few; some with marks of the forms in them. */
  private static Path corpus;

  private static Map<String, Long> naive;

  @BeforeAll
  static void count() throws IOException {
    TestSpark.session();
    Random random = new Random(5);
    List<String> words = new ArrayList<>(List.of("a\\b", "\\s", "é", "\"", "<s>x", "ی‌ک"));
    while (words.size() < 120) {
      words.add("w" + words.size());
    }
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 900; line++) {
      int length = random.nextInt(9);
      for (int i = 0; i < length; i++) {
        int word = (int) (words.size() * Math.pow(random.nextDouble(), 3));
        text.append(i == 0 ? "" : " ").append(words.get(word));
      }
      text.append('\n');
    }
    corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    naive = naive(text.toString());
    run(
        "ngrams",
        "--output",
        "all",
        "--arpa",
        path("all.arpa"),
        "--parquet",
        path("all.parquet"),
        "--tsv",
        path("all.tsv"),
        "--set",
        "slices=" + SLICES);
    run(
        "ngrams",
        "--output",
        "pruned",
        "--arpa",
        path("pruned.arpa.gz"),
        "--parquet",
        path("pruned.parquet"),
        "--prune",
        "0,1,1",
        "--set",
        "slices=3");
    run(
        "ngrams",
        "--output",
        "fewer",
        "--parquet",
        path("fewer.parquet"),
        "--prune",
        "20",
        "--estimator",
        "witten-bell");
    run(
        "ngrams",
        "--output",
        "mle",
        "--parquet",
        path("mle.parquet"),
        "--estimator",
        "mle",
        "--tsv",
        path("mle.tsv"));
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private record Outcome(int code, String errors) {}

  private static Outcome attempt(String... args) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = SeqLM.run(args, new PrintStream(errors, true, StandardCharsets.UTF_8));
    return new Outcome(code, errors.toString(StandardCharsets.UTF_8));
  }

  private static String[] command(String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    int output = all.indexOf("--output");
    all.set(output + 1, path(all.get(output + 1)));
    all.addAll(List.of("--input", corpus.toString(), "--tokenizer", "whitespace"));
    all.addAll(List.of("--order", "" + ORDER));
    return all.toArray(String[]::new);
  }

  private static void run(String... args) {
    Outcome outcome = attempt(command(args));
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  /** n-grams with their counts, tokens parted by spaces; {@code <s>} counts lines. */
  private static Map<String, Long> naive(String text) {
    Map<String, Long> counts = new HashMap<>();
    for (String line : text.lines().toList()) {
      List<String> tokens = new ArrayList<>(List.of("<s>"));
      tokens.addAll(Arrays.asList(line.split(" ")));
      tokens.removeIf(String::isEmpty);
      tokens.add("</s>");
      for (int from = 0; from < tokens.size(); from++) {
        for (int n = 1; n <= ORDER && from + n <= tokens.size(); n++) {
          counts.merge(String.join(" ", tokens.subList(from, from + n)), 1L, Long::sum);
        }
      }
    }
    return counts;
  }

  private static List<String> lines(Path gzip) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Map<String, Long> counted(List<String> lines, int n) {
    Map<String, Long> counts = new HashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      assertThat(fields).hasSize(2);
      assertThat(fields[0].split(" ", -1)).hasSize(n);
      assertThat(counts.put(fields[0].replace("\\\\", "\\"), Long.valueOf(fields[1]))).isNull();
    }
    return counts;
  }

  private static Map<String, Long> naive(int n) {
    return naive.entrySet().stream()
        .filter(entry -> entry.getKey().split(" ").length == n)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Says what differs, not everything. */
  private static void assertSame(Map<String, Long> actual, Map<String, Long> expected) {
    Map<String, String> differences = new TreeMap<>();
    actual.forEach(
        (ngram, count) -> {
          if (!count.equals(expected.get(ngram))) {
            differences.put(ngram, count + ", not " + expected.get(ngram));
          }
        });
    assertThat(differences).isEmpty();
    assertThat(actual).hasSameSizeAs(expected);
  }

  @Test
  void textHoldsTheCounts() throws IOException {
    for (String tsv : List.of("all.tsv", "mle.tsv")) {
      Path root = ArtifactFiles.data(folder.resolve(tsv));
      for (int n = 2; n <= ORDER; n++) {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve(n + "gms"))) {
          for (Path file : files.filter(path -> path.toString().endsWith(".gz")).toList()) {
            lines.addAll(lines(file));
          }
        }
        assertSame(counted(lines, n), naive(n));
      }
      List<String> byBytes = lines(root.resolve("1gms/vocab.gz"));
      assertSame(counted(byBytes, 1), naive(1));
      assertThat(byBytes)
          .isSortedAccordingTo(
              Comparator.comparing(
                  line -> line.split("\t")[0].getBytes(StandardCharsets.UTF_8),
                  Arrays::compareUnsigned));
      List<String> byCount = lines(root.resolve("1gms/vocab_cs.gz"));
      assertThat(byCount).containsExactlyInAnyOrderElementsOf(byBytes);
      assertThat(byCount)
          .isSortedAccordingTo(
              Comparator.comparing((String line) -> -Long.parseLong(line.split("\t")[1])));
      long words =
          naive(1).entrySet().stream()
              .filter(entry -> !entry.getKey().equals("<s>") && !entry.getKey().equals("</s>"))
              .mapToLong(Map.Entry::getValue)
              .sum();
      assertThat(root.resolve("1gms/total")).hasContent(words + "\n");
    }
  }

  /** What a space within a token is, and a line feed. */
  @Test
  void charactersKeepTheirFields() throws IOException {
    Path text = Files.writeString(folder.resolve("ab.txt"), "a b\\\na b\\\n");
    Outcome outcome =
        attempt(
            "ngrams",
            "--input",
            text.toString(),
            "--tokenizer",
            "char",
            "--order",
            "2",
            "--output",
            path("char"),
            "--tsv",
            path("char.tsv"),
            "--set",
            "slices=1");
    assertThat(outcome.errors()).doesNotContain("error");
    assertThat(outcome.code()).isZero();
    assertThat(lines(ArtifactFiles.file(folder.resolve("char.tsv"), "2gms/2gm-00000.gz")))
        .containsExactlyInAnyOrder("a \\s\t2", "\\s b\t2", "b \\\\\t2", "\\\\ \\n\t2");
  }

  /**
   * What to infer a schema from would be sent by Kryo, which here takes registered classes only.
   */
  private static Dataset<Row> table(String path) {
    return TestSpark.session()
        .read()
        .schema(
            "ids array<int>, count bigint, log10_probability float, log10_backoff float, order int")
        .parquet(path);
  }

  private static String tables(String parquet, String path) {
    return ArtifactFiles.file(folder.resolve(parquet), path).toString();
  }

  private static List<String> columns(String parquet, int n) throws IOException {
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(parts(parquet, n).get(0).toUri());
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, new Configuration()))) {
      return reader.getFileMetaData().getSchema().getFields().stream().map(Type::getName).toList();
    }
  }

  /** Of tables that more than one test looks at: each is read once. */
  private static final Map<String, Map<String, Row>> ROWS = new HashMap<>();

  /** Rows with their tokens, and by them the other columns. */
  private static Map<String, Row> rows(String parquet, int n) {
    return ROWS.computeIfAbsent(parquet + n, name -> readRows(parquet, n));
  }

  private static Map<String, Row> readRows(String parquet, int n) {
    Map<Integer, String> tokens = new HashMap<>();
    for (Row word :
        TestSpark.session()
            .read()
            .schema("id int, token string, count bigint")
            .parquet(tables(parquet, "dictionary"))
            .collectAsList()) {
      tokens.put(word.getInt(word.fieldIndex("id")), word.getString(word.fieldIndex("token")));
    }
    Dataset<Row> table = table(tables(parquet, "ngrams"));
    Map<String, Row> rows = new HashMap<>();
    for (Row row : table.where("order = " + n).collectAsList()) {
      List<Integer> ids = row.getList(row.fieldIndex("ids"));
      assertThat(ids).hasSize(n);
      String ngram = ids.stream().map(tokens::get).collect(Collectors.joining(" "));
      assertThat(rows.put(ngram, row)).isNull();
    }
    return rows;
  }

  @Test
  void tablesHoldTheCounts() throws IOException {
    for (String parquet : List.of("all.parquet", "pruned.parquet", "mle.parquet")) {
      for (int n = 1; n <= ORDER; n++) {
        Map<String, Long> counts = new HashMap<>();
        rows(parquet, n)
            .forEach((ngram, row) -> counts.put(ngram, row.getLong(row.fieldIndex("count"))));
        if (n == 1 && !parquet.startsWith("mle")) {
          assertThat(counts.remove("<unk>")).isZero(); // of the model only
        }
        assertSame(counts, naive(n));
      }
    }
    for (int n = 1; n <= ORDER; n++) {
      assertThat(columns("all.parquet", n))
          .containsExactly("ids", "count", "log10_probability", "log10_backoff");
      assertThat(columns("mle.parquet", n)).containsExactly("ids", "count");
    }
  }

  /** An ARPA file's entries: log-probability and weight, null for none. */
  private static Map<String, Double[]> arpa(List<String> lines) {
    Map<String, Double[]> entries = new HashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t");
      if (fields.length > 1) {
        entries.put(
            fields[1],
            new Double[] {
              Double.valueOf(fields[0]), fields.length < 3 ? null : Double.valueOf(fields[2])
            });
      }
    }
    return entries;
  }

  /** Models are the same in both forms, and what pruning took is in neither. */
  @Test
  void tablesHoldTheModel() throws IOException {
    Map<String, List<String>> files = new HashMap<>();
    files.put("all.parquet", Files.readAllLines(folder.resolve("all.arpa")));
    files.put("pruned.parquet", lines(folder.resolve("pruned.arpa.gz")));
    int pruned = 0;
    for (Map.Entry<String, List<String>> file : files.entrySet()) {
      Map<String, Double[]> entries = arpa(file.getValue());
      for (int n = 1; n <= ORDER; n++) {
        for (Map.Entry<String, Row> one : rows(file.getKey(), n).entrySet()) {
          Row row = one.getValue();
          Object p = row.get(row.fieldIndex("log10_probability"));
          Object weight = row.get(row.fieldIndex("log10_backoff"));
          Double[] entry = entries.remove(one.getKey());
          if (entry == null) {
            assertThat(row.getLong(row.fieldIndex("count"))).isEqualTo(1);
            assertThat(p).isNull();
            assertThat(weight).isNull();
            pruned++;
            continue;
          }
          if (one.getKey().equals("<s>")) {
            assertThat(p).isNull();
          } else {
            assertThat((double) (Float) p).isCloseTo(entry[0], within(2e-7 + 1e-6));
          }
          if (n == ORDER) {
            assertThat(weight).isNull();
            assertThat(entry[1]).isNull();
          } else {
            assertThat((double) (Float) weight).isCloseTo(entry[1], within(1e-6));
          }
        }
      }
      assertThat(entries).isEmpty();
    }
    assertThat(pruned).isPositive();
  }

  /** Rows stand in the order that is promised, across files, too. */
  @Test
  void tablesAreSorted() throws IOException {
    for (int n = 1; n <= ORDER; n++) {
      // A file's rows come in its order; files come in any.
      Map<String, List<int[]>> files = new TreeMap<>();
      for (Row row :
          table(tables("all.parquet", "ngrams/order=" + n))
              .select(functions.input_file_name(), functions.col("ids"))
              .collectAsList()) {
        List<Integer> ids = row.getList(1);
        int[] key = new int[ids.size()];
        for (int i = 0; i + 1 < key.length; i++) {
          key[i] = ids.get(key.length - 2 - i);
        }
        key[key.length - 1] = ids.get(key.length - 1);
        files.computeIfAbsent(row.getString(0), file -> new ArrayList<>()).add(key);
      }
      assertThat(files).hasSizeGreaterThan(n == 1 ? 0 : 1);
      List<int[]> all = files.values().stream().flatMap(List::stream).toList();
      assertThat(all).hasSizeGreaterThan(50).isSortedAccordingTo(Arrays::compare);
    }
  }

  /** Asserts equal bits for everything that may follow a text's tokens. */
  private static void assertSameModel(LanguageModel actual, LanguageModel expected) {
    assertThat(actual.vocabulary().fingerprint()).isEqualTo(expected.vocabulary().fingerprint());
    int size = expected.vocabulary().size();
    float[] a = new float[size];
    float[] b = new float[size];
    Random random = new Random(9);
    LanguageModel.Reading one = actual.start();
    LanguageModel.Reading other = expected.start();
    for (int i = 0; i < 2000; i++) {
      one.logProbabilities(a);
      other.logProbabilities(b);
      assertThat(a).containsExactly(b);
      int token = (int) (size * Math.pow(random.nextDouble(), 3));
      assertThat(one.logProbability(token)).isEqualTo(other.logProbability(token));
      one.read(token);
      other.read(token);
    }
  }

  @Test
  void tablesGiveTheModelsBack() throws IOException {
    Configuration conf = new Configuration();
    for (String name : List.of("pruned", "fewer")) {
      assertSameModel(
          NgramTablesArtifact.open(conf, path(name + ".parquet")).model(null),
          NgramArtifact.open(conf, path(name)).model(null));
    }
    assertThat(
            NgramTablesArtifact.open(conf, path("fewer.parquet")).model(null).vocabulary().size())
        .isLessThan(NgramArtifact.open(conf, path("fewer")).vocabulary().size());
    assertThat(NgramArtifact.open(conf, path("all")).slices().trees()).isNotEmpty();
  }

  @Test
  @Exhaustive
  void tablesGiveAllModelsBack() throws IOException {
    Configuration conf = new Configuration();
    for (String name : List.of("all", "pruned", "fewer")) {
      NgramArtifact artifact = NgramArtifact.open(conf, path(name));
      NgramTablesArtifact tables = NgramTablesArtifact.open(conf, path(name + ".parquet"));
      assertThat(tables.details()).isEqualTo(artifact.details());
      assertSameModel(tables.model(null), artifact.model(null));
      for (String selector : List.of("estimator=mle", "estimator=add-k,order=2,k=0.5")) {
        assertSameModel(tables.model(selector), artifact.model(selector));
      }
    }
    assertSameModel(
        NgramTablesArtifact.open(conf, path("mle.parquet")).model(null),
        NgramArtifact.open(conf, path("mle")).model(null));
  }

  /** The command sees no difference between the tables and the ARPA file of the same model. */
  @Test
  void tablesAreModelsForCommands() throws IOException {
    List<String> scores = new ArrayList<>();
    for (String model : List.of("all.parquet", "all.arpa")) {
      Outcome outcome =
          attempt(
              "score",
              "--model",
              path(model),
              "--input",
              corpus.toString(),
              "--output",
              path("scored-" + model),
              "--json",
              path(model + ".json"));
      assertThat(outcome.errors()).isEmpty();
      assertThat(outcome.code()).isZero();
      JsonNode result = Json.mapper().readTree(folder.resolve(model + ".json").toFile());
      scores.add(String.format(Locale.ROOT, "%.4f", result.findValue("perplexity").asDouble()));
    }
    assertThat(scores.get(0)).isEqualTo(scores.get(1));
  }

  private static List<Path> parts(String parquet, int n) throws IOException {
    try (Stream<Path> files =
        Files.list(ArtifactFiles.file(folder.resolve(parquet), "ngrams/order=" + n))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private static Map<String, String> bytes(String name) throws IOException {
    return ArtifactFiles.content(folder.resolve(name));
  }

  @Test
  void nothingDependsOnPartitions() throws IOException {
    assertSameForms(7);
  }

  @Test
  @Exhaustive
  void nothingDependsOnFewPartitions() throws IOException {
    assertSameForms(1);
    assertSameForms(2);
  }

  private static void assertSameForms(int partitions) throws IOException {
    String name = "p" + partitions;
    run(
        "ngrams",
        "--output",
        name,
        "--arpa",
        path(name + ".arpa"),
        "--parquet",
        path(name + ".parquet"),
        "--tsv",
        path(name + ".tsv"),
        "--set",
        "slices=" + SLICES,
        "--partitions",
        "" + partitions);
    assertThat(folder.resolve(name + ".arpa")).hasSameBinaryContentAs(folder.resolve("all.arpa"));
    assertThat(bytes(name + ".parquet")).isEqualTo(bytes("all.parquet"));
    assertThat(bytes(name + ".tsv")).isEqualTo(bytes("all.tsv"));
  }

  @Test
  void whatExistsIsReplacedOnlyIfAsked() throws IOException {
    assertReplacedOnlyIfAsked("--tsv");
  }

  @Test
  @Exhaustive
  void otherFormsThatExistAreReplacedOnlyIfAsked() throws IOException {
    assertReplacedOnlyIfAsked("--arpa", "--parquet");
  }

  private static void assertReplacedOnlyIfAsked(String... flags) throws IOException {
    for (String flag : flags) {
      String name = "x" + flag;
      run("ngrams", "--output", "first" + flag, flag, path(name));
      Map<String, String> before = bytes(name);
      Outcome refused = attempt(command("ngrams", "--output", "second" + flag, flag, path(name)));
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.errors()).contains(flag + " " + path(name) + " exists", "--overwrite");
      assertThat(folder.resolve("second" + flag)).doesNotExist();
      assertThat(bytes(name)).isEqualTo(before);
      run(
          "ngrams",
          "--output",
          "second" + flag,
          flag,
          path(name),
          "--overwrite",
          "--boundary",
          "stream");
      assertThat(bytes(name)).isNotEqualTo(before);
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("."));
    }
  }

  @Test
  void outputsMustDiffer() {
    for (String inner : List.of("", "/in")) {
      Outcome outcome =
          attempt(
              command(
                  "ngrams",
                  "--output",
                  "same",
                  "--parquet",
                  path("one"),
                  "--tsv",
                  path("one" + inner)));
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.errors()).contains("--tsv", "--parquet", "must not be the same");
    }
    Outcome outcome =
        attempt(command("ngrams", "--output", "same", "--arpa", path("same/model.arpa")));
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(folder.resolve("same")).doesNotExist();
  }
}
