package org.seqlm.spark.words;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyReader;

/**
 * The vocabulary of counted n-grams where their folder has it. The driver reads it once and, where
 * tasks want words, once more, and holds none of them.
 */
public final class StoredVocabulary implements SpelledVocabulary {
  private static final int BLOCK = 1 << 12;

  /** Words of a share of their files. */
  private static final int SHARE = 1 << 20;

  private final JavaSparkContext spark;
  private final ArtifactReader folder;
  private final NgramDetails details;
  private final int reserved;
  private int size;
  private long lineEnds;
  private int lineEnd = -1;

  private StoredVocabulary(JavaSparkContext spark, NgramArtifact ngrams) throws IOException {
    this.spark = spark;
    this.folder = ngrams.artifact();
    this.details = ngrams.details();
    TokenizerKind kind = details.rules().kind();
    this.reserved = Vocabulary.reservedTokens(kind).size();
    try (InputStream in = folder.openVerified(Vocabularies.FILE_NAME)) {
      VocabularyReader words = words(in);
      for (int id = 0; words.next(); id++, size++) {
        lineEnds += id == sentenceEnd() ? words.count() : 0;
        if (kind == TokenizerKind.CHAR && words.token().length == 1 && words.token()[0] == '\n') {
          lineEnd = id;
        }
      }
      if (!words.fingerprint().equals(details.vocabularyFingerprint())) {
        throw UserException.data(
            folder.name() + " is damaged: its vocabulary is not the manifest's; make it again");
      }
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    if (kind != TokenizerKind.CHAR) {
      lineEnd = sentenceEnd();
    }
  }

  /**
   * Reads what there is to know without the words, or all of it where that is small.
   *
   * @throws UserException with exit code 3 if it is damaged
   */
  public static SpelledVocabulary of(JavaSparkContext spark, NgramArtifact ngrams)
      throws IOException {
    long bytes =
        ngrams.artifact().manifest().files().stream()
            .filter(file -> file.path().equals(Vocabularies.FILE_NAME))
            .mapToLong(file -> file.bytes())
            .sum();
    return bytes <= DictionaryLimit.of(spark)
        ? CorpusVocabulary.of(spark, ngrams.vocabulary())
        : new StoredVocabulary(spark, ngrams);
  }

  private VocabularyReader words(InputStream in) {
    return new VocabularyReader(details.rules().kind(), in, folder.shown(Vocabularies.FILE_NAME));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int reserved() {
    return reserved;
  }

  @Override
  public int lineEnd() {
    return lineEnd;
  }

  @Override
  public String fingerprint() {
    return details.vocabularyFingerprint();
  }

  /** Writes the words to files, share by share. */
  @Override
  public CorpusVocabulary.Source spellings(Path target) {
    int shares = Math.max(1, (size() - reserved + SHARE - 1) / SHARE);
    long[] offsets = new long[shares + 1];
    try (InputStream in = folder.openVerified(Vocabularies.FILE_NAME)) {
      FileSystem fs = target.getFileSystem(spark.hadoopConfiguration());
      VocabularyReader words = words(in);
      for (int mark = 0; mark < reserved; mark++) {
        words.next();
      }
      for (int share = 0; share < shares; share++) {
        offsets[share + 1] = Math.min(offsets[share] + SHARE, size() - reserved);
        int length = (int) (offsets[share + 1] - offsets[share]);
        SpellingFiles.write(fs, target, share, blocks(words, length), 0);
      }
    } catch (IOException e) {
      VerifiedStream.throwIfDamaged(e);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
    return new SpellingFiles(
        new SharedSettings(spark.hadoopConfiguration()),
        target.toString(),
        Vocabulary.reservedTokens(details.rules().kind()),
        lineEnds,
        offsets);
  }

  /** The next words. */
  private Iterator<PackedTokens> blocks(VocabularyReader words, int length) {
    PackedTokens.Builder block = new PackedTokens.Builder();
    return new Iterator<>() {
      private int left = length;

      @Override
      public boolean hasNext() {
        return left > 0;
      }

      @Override
      public PackedTokens next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        try {
          for (; left > 0 && block.size() < BLOCK; left--) {
            if (!words.next()) {
              throw UserException.data(
                  folder.name()
                      + " was replaced by other n-grams while it was in use: start the job again");
            }
            block.add(words.token(), 0, words.token().length, words.count());
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return block.take();
      }
    };
  }
}
