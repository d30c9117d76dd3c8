package org.seqlm.job.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.job.NgramsOutcomes.Outcome;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** What the command writes next morning is what {@code ngrams} would have written at once. */
final class ExportCommandTest {
  private static final int SLICES = 20;

  @TempDir static Path folder;

  /** Flags of forms, by what their names end in. */
  private static final Map<String, String> FORMS = new LinkedHashMap<>();

  private static Path corpus;

  /** Lines of words, a few of them in most contexts, so that these are cut. */
  @BeforeAll
  static void count() throws IOException {
    FORMS.put(".arpa", "--arpa");
    FORMS.put(".parquet", "--parquet");
    FORMS.put(".tsv", "--tsv");
    Random random = new Random(11);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 500; line++) {
      for (int n = random.nextInt(9); n > 0; n--) {
        text.append("w").append((int) (150 * Math.pow(random.nextDouble(), 3)));
        text.append(n > 1 ? " " : "");
      }
      text.append('\n');
    }
    corpus = Files.writeString(folder.resolve("corpus.txt"), text);
    ngrams("many", List.of(".arpa", ".parquet", ".tsv"), "--set", "slices=" + SLICES);
    ngrams("mle", List.of(".parquet", ".tsv"), "--estimator", "mle", "--set", "slices=4");
  }

  @AfterEach
  void defaults() {
    TestSpark.context().hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  /** Counts, and writes forms at once. */
  private static void ngrams(String name, List<String> forms, Object... more) {
    List<Object> flags = new ArrayList<>(forms(name, forms));
    flags.addAll(List.of("--order", 3, "--tokenizer", "whitespace"));
    // Of a flag given twice the parser complains: what is given here takes the place of a default.
    List<Object> own = Arrays.asList(more);
    for (String flag : List.of("--order", "--tokenizer")) {
      int at = flags.indexOf(flag);
      if (own.contains(flag)) {
        flags.subList(at, at + 2).clear();
      }
    }
    flags.addAll(own);
    Outcome outcome = NgramsOutcomes.ngrams(corpus, folder.resolve(name), flags.toArray());
    assertThat(outcome.code()).as(outcome.errors()).isZero();
  }

  private static List<Object> forms(String name, List<String> forms) {
    List<Object> flags = new ArrayList<>();
    for (String form : forms) {
      flags.addAll(List.of(FORMS.get(form.replace(".gz", "")), folder.resolve(name + form)));
    }
    return flags;
  }

  private static Outcome attempt(String name, Object... flags) {
    List<Object> line = new ArrayList<>(List.of("export", "--model", folder.resolve(name)));
    line.addAll(Arrays.asList(flags));
    return NgramsOutcomes.run(line.toArray());
  }

  /** Exports, and compares with what was written at once. */
  private static void assertSame(String name, List<String> forms) throws IOException {
    String later = "later-" + name;
    Outcome outcome = attempt(name, forms(later, forms).toArray());
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.code()).isZero();
    for (String form : forms) {
      Path expected = folder.resolve(name + form);
      Path actual = folder.resolve(later + form);
      if (Files.isDirectory(expected)) {
        assertThat(NgramsOutcomes.content(actual)).isEqualTo(NgramsOutcomes.content(expected));
      } else {
        assertThat(actual).hasSameBinaryContentAs(expected);
      }
      remove(actual);
    }
    assertNothingHidden();
  }

  private static void remove(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private static void assertNothingHidden() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".") && !name.endsWith(".crc"));
    }
  }

  @Test
  void manySlicesWithHotTokens() throws IOException {
    NgramArtifact artifact = NgramArtifact.open(new Configuration(), folder + "/many");
    assertThat(artifact.slices().trees()).isNotEmpty();
    assertSame("many", List.of(".arpa", ".parquet", ".tsv"));
  }

  /** And all of them alone. */
  @Test
  @Exhaustive
  void moreSlices() throws IOException {
    List<String> forms = List.of(".arpa", ".parquet", ".tsv");
    ngrams("more", forms, "--set", "slices=40");
    NgramArtifact artifact = NgramArtifact.open(new Configuration(), folder + "/more");
    assertThat(artifact.slices().trees()).isNotEmpty();
    assertSame("more", forms);
    for (String form : forms) {
      assertSame("more", List.of(form));
    }
  }

  /** Half of the words are unknown, so that contexts of {@code <unk>} are cut. */
  @Exhaustive
  @Test
  void unknownWordsAreHot() throws IOException {
    List<String> forms = List.of(".arpa", ".parquet", ".tsv");
    ngrams("few", forms, "--set", "vocabulary.max-size=9", "--set", "slices=" + SLICES);
    NgramArtifact artifact = NgramArtifact.open(new Configuration(), folder + "/few");
    assertThat(artifact.slices().count()).isEqualTo(artifact.details().slices());
    assertThat(artifact.slices().trees()).contains(Vocabulary.UNKNOWN);
    assertSame("few", forms);

    ngrams("whole", forms, "--set", "vocabulary.max-size=9", "--set", "slices=1");
    assertThat(folder.resolve("few.arpa")).hasSameBinaryContentAs(folder.resolve("whole.arpa"));
    // How often lines begin is read from the slice that holds what follows <s>.
    assertThat(ArtifactFiles.file(folder.resolve("few.tsv"), "1gms/vocab.gz"))
        .hasSameBinaryContentAs(ArtifactFiles.file(folder.resolve("whole.tsv"), "1gms/vocab.gz"));
    assertThat(NgramArtifact.open(new Configuration(), folder + "/whole").details().slices())
        .isEqualTo(1);
  }

  /** Its words are read from the folder and lie in files while tasks write. */
  @Test
  void largeDictionary() throws IOException {
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, 0);
    assertSame("many", List.of(".arpa", ".parquet", ".tsv"));
  }

  @Test
  @Exhaustive
  void largeDictionaryOfCharacters() throws IOException {
    ngrams("char", List.of(".parquet", ".tsv"), "--tokenizer", "char", "--set", "slices=5");
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, 0);
    assertSame("char", List.of(".parquet", ".tsv"));
  }

  @Test
  void prunedAndCompressed() throws IOException {
    ngrams(
        "pruned", List.of(".arpa.gz", ".parquet"), "--prune", "0,1,1", "--set", "slices=" + SLICES);
    assertSame("pruned", List.of(".arpa.gz", ".parquet"));
  }

  @Test
  @Exhaustive
  void prunedTablesAlone() throws IOException {
    ngrams("tables", List.of(".parquet"), "--prune", "0,1,1", "--set", "slices=20");
    assertSame("tables", List.of(".parquet"));
  }

  @Test
  @Exhaustive
  void orderOne() throws IOException {
    ngrams("one", List.of(".arpa", ".parquet", ".tsv"), "--order", 1, "--set", "slices=3");
    assertSame("one", List.of(".arpa", ".parquet", ".tsv"));
  }

  @Test
  void anotherOrderAndEstimator() throws IOException {
    ngrams(
        "two",
        List.of(".arpa", ".parquet", ".tsv"),
        "--order",
        2,
        "--estimator",
        "stupid-backoff",
        "--boundary",
        "stream",
        "--set",
        "slices=6");
    assertSame("two", List.of(".arpa", ".parquet", ".tsv"));
  }

  @Test
  void countsAlone() throws IOException {
    assertSame("mle", List.of(".parquet", ".tsv"));
    Outcome refused = attempt("mle", "--arpa", folder.resolve("refused.arpa"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.errors().lines()).hasSize(1);
    assertThat(refused.errors())
        .contains(
            "an ARPA file holds a model that backs off", "--estimator mle", "leave out --arpa");
    assertThat(folder.resolve("refused.arpa")).doesNotExist();
  }

  @Test
  void tellsWhatItWrote() throws IOException {
    Path json = folder.resolve("told.json");
    Outcome outcome =
        attempt(
            "many",
            "--arpa",
            folder.resolve("told.arpa"),
            "--tsv",
            folder.resolve("told.tsv"),
            "--json",
            json);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    JsonNode told = Json.mapper().readTree(json.toFile());
    assertThat(told.path("kind").asText()).isEqualTo("3-gram kneser-ney");
    JsonNode arpa = told.path("written").path(0);
    assertThat(arpa.path("form").asText()).isEqualTo("arpa");
    assertThat(arpa.path("bytes").asLong()).isEqualTo(Files.size(folder.resolve("told.arpa")));
    long bytes = 0;
    for (String file : NgramsOutcomes.content(folder.resolve("told.tsv")).keySet()) {
      if (!file.equals(Manifest.FILE_NAME)) {
        bytes += Files.size(ArtifactFiles.file(folder.resolve("told.tsv"), file));
      }
    }
    assertThat(told.path("written").path(1).path("bytes").asLong()).isEqualTo(bytes);
    assertThat(told.path("ngrams")).hasSize(3);
  }

  @Test
  void scoresThatAreNoProbabilitiesAreToldOf() throws IOException {
    Path json = folder.resolve("stupid.json");
    String told = " holds scores of stupid back-off, which do not sum to 1";
    ngrams(
        "stupid", List.of(".arpa"), "--order", 2, "--estimator", "stupid-backoff", "--json", json);
    assertThat(Json.mapper().readTree(json.toFile()).path("notes"))
        .singleElement()
        .asString()
        .contains("The ARPA file " + folder.resolve("stupid.arpa") + told);
    Path later = folder.resolve("stupid-later.arpa");
    assertThat(attempt("stupid", "--arpa", later, "--json", json, "--overwrite").code()).isZero();
    assertThat(Json.mapper().readTree(json.toFile()).path("notes"))
        .singleElement()
        .asString()
        .contains("The ARPA file " + later + told);
    // Other forms and other estimators need no note.
    Path tsv = folder.resolve("stupid.tsv");
    assertThat(attempt("stupid", "--tsv", tsv, "--json", json, "--overwrite").code()).isZero();
    assertThat(Json.mapper().readTree(json.toFile()).path("notes")).isEmpty();
    Path many = folder.resolve("many-later.arpa");
    assertThat(attempt("many", "--arpa", many, "--json", json, "--overwrite").code()).isZero();
    assertThat(Json.mapper().readTree(json.toFile()).path("notes")).isEmpty();
  }

  private static void assertRefused(Outcome outcome, int code, String... parts) {
    assertThat(outcome.errors()).contains(parts);
    assertThat(outcome.errors().lines()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(code);
  }

  @Test
  void whatIsNoNgramFolder() throws IOException {
    Path none = folder.resolve("none");
    String[] tsv = {"--tsv", none.toString()};
    assertRefused(attempt("missing", (Object[]) tsv), 3, "missing does not exist");
    assertRefused(attempt("many.arpa", (Object[]) tsv), 3, "is a file, but a folder");
    assertRefused(attempt("many.parquet", (Object[]) tsv), 3, "of kind ngrams-parquet");
    try (ArtifactWriter writer =
        ArtifactWriter.create(
            new Configuration(), folder.resolve("lstm").toString(), Overwrite.REFUSE)) {
      writer.publish(Manifest.of(ArtifactKind.MODEL, Map.of(), Map.of(), 1, Map.of()));
    }
    assertRefused(attempt("lstm", (Object[]) tsv), 3, "is of kind model, but one of kind ngrams");
    assertRefused(attempt("many", "--onnx", none), 3, "is of kind ngrams", "--parquet");
    assertThat(attempt("many").errors()).contains("give --arpa FILE, --parquet DIR or --tsv DIR");
    assertThat(attempt("many").code()).isEqualTo(2);
    assertThat(none).doesNotExist();
  }

  /** A file, and a folder. */
  @Test
  void whatExistsIsReplacedOnlyIfAsked() throws IOException {
    assertReplacedOnlyIfAsked(".arpa", ".tsv");
    assertRefused(attempt("many", "--tsv", folder.resolve("many/tsv")), 2, "must not be the same");
  }

  @Test
  @Exhaustive
  void tablesThatExistAreReplacedOnlyIfAsked() throws IOException {
    assertReplacedOnlyIfAsked(".parquet");
  }

  private static void assertReplacedOnlyIfAsked(String... forms) throws IOException {
    for (String form : forms) {
      Object[] flags = forms("there", List.of(form)).toArray();
      Path there = folder.resolve("there" + form);
      assertThat(attempt("many", flags).code()).isZero();
      if (Files.isDirectory(there)) {
        Files.writeString(there.resolve("old"), "");
      } else {
        Files.writeString(there, "old");
      }
      assertRefused(attempt("many", flags), 2, there + " exists", "--overwrite");
      Object[] replacing = Arrays.copyOf(flags, flags.length + 1);
      replacing[flags.length] = "--overwrite";
      assertThat(attempt("many", replacing).code()).isZero();
      if (Files.isDirectory(there)) {
        Map<String, String> content = NgramsOutcomes.content(there);
        // What is not the artifact's is not ours to remove.
        assertThat(content.remove("old")).isNotNull();
        assertThat(content).isEqualTo(NgramsOutcomes.content(folder.resolve("many" + form)));
      } else {
        assertThat(there).hasSameBinaryContentAs(folder.resolve("many" + form));
      }
    }
  }

  /** A copy of a folder, without what the file system knows of its bytes. */
  private static Path copy(String name) throws IOException {
    Path target = folder.resolve(name);
    try (Stream<Path> all = Files.walk(folder.resolve("many"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().startsWith(".")) {
          Path to = target.resolve(folder.resolve("many").relativize(file));
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
    return target;
  }

  /** The words of what is written come from memory. */
  @Test
  void damagedFoldersLeaveNothing() throws IOException {
    assertDamagedLeaveNothing(DictionaryLimit.DEFAULT_BYTES);
  }

  /** They come from files, after the n-grams are read. */
  @Test
  @Exhaustive
  void damagedFoldersLeaveNothingWhereWordsAreInFiles() throws IOException {
    assertDamagedLeaveNothing(0);
  }

  private static void assertDamagedLeaveNothing(long dictionary) throws IOException {
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, dictionary);
    Object[] all = forms("damaged", List.of(".arpa", ".parquet", ".tsv")).toArray();
    Object[] counts = forms("damaged", List.of(".tsv")).toArray();
    String name = "copy-" + dictionary;
    Path copy = copy(name);
    Path slice = ArtifactFiles.file(copy, "model/slice-00003.bin");
    byte[] bytes = Files.readAllBytes(slice);
    Files.write(slice, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(attempt(name, all), 3, "slice-00003.bin is damaged", "make the artifact again");
    Files.delete(slice);
    assertRefused(attempt(name, all), 3, "slice-00003.bin is missing");
    // Found out by tasks only, when others have written their part.
    for (String file : List.of("model/slice-00003.bin", "counts/slice-00002.bin")) {
      Path path = ArtifactFiles.file(copy, file);
      byte[] right = file.startsWith("model") ? bytes : Files.readAllBytes(path);
      Files.write(path, new byte[right.length]);
      assertRefused(attempt(name, all), 3, file + " is damaged: its SHA-256");
      if (file.startsWith("counts")) {
        assertRefused(attempt(name, counts), 3, file + " is damaged: its SHA-256");
      }
      byte[] flipped = right.clone();
      flipped[right.length - 1] ^= 1;
      Files.write(path, flipped);
      assertRefused(attempt(name, all), 3, file + " is damaged: its SHA-256");
      Files.write(path, right);
    }
    for (String form : FORMS.keySet()) {
      assertThat(folder.resolve("damaged" + form)).doesNotExist();
    }
    assertNothingHidden();
  }

  /** Its words are read as a stream: what it is shows at the end only. */
  @Test
  void damagedLargeDictionary() throws IOException {
    TestSpark.context().hadoopConfiguration().setLong(DictionaryLimit.KEY, 0);
    Object[] all = forms("unspelled", List.of(".arpa", ".parquet", ".tsv")).toArray();
    Path words = ArtifactFiles.file(copy("spelled"), Vocabularies.FILE_NAME);
    String right = Files.readString(words);
    // The tokens are the same, and so is the fingerprint of the vocabulary.
    Files.writeString(words, right.replaceFirst("\"count\" ?: ?([0-9]+)([0-9])", "\"count\":$1"));
    assertThat(Files.readString(words)).isNotEqualTo(right);
    assertRefused(attempt("spelled", all), 3, Vocabularies.FILE_NAME + " is damaged: its SHA-256");
    Files.delete(words);
    assertRefused(attempt("spelled", all), 3, Vocabularies.FILE_NAME + " is missing");
    for (String form : FORMS.keySet()) {
      assertThat(folder.resolve("unspelled" + form)).doesNotExist();
    }
    assertNothingHidden();
  }

  /** Folders of earlier releases cut slices otherwise, and do not say where. */
  @Test
  void foldersThatDoNotSayHowTheyAreSliced() throws IOException {
    Path manifest = ArtifactFiles.manifestFile(copy("old"));
    ObjectNode tree = (ObjectNode) Json.mapper().readTree(manifest.toFile());
    ((ObjectNode) tree.path("details")).put("sliced-unknown", 0);
    ArrayNode files = (ArrayNode) tree.path("files");
    for (int i = files.size() - 1; i >= 0; i--) {
      if (files.get(i).path("path").asText().equals("slices.json")) {
        files.remove(i);
      }
    }
    Files.writeString(manifest, Json.pretty(tree));
    assertRefused(
        attempt("old", "--arpa", folder.resolve("old.arpa")), 3, "run seqlm ngrams once more");
  }
}
