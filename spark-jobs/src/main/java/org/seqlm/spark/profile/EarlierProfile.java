package org.seqlm.spark.profile;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactPlace;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.profile.CountedWord;
import org.seqlm.profile.ProfileState;
import org.seqlm.spark.task.TaskEnd;
import scala.Tuple2;

/** A profile that text is added to: its state, and its words where tasks find them. */
public final class EarlierProfile {
  private final ArtifactReader artifact;
  private final ProfileState state;

  private EarlierProfile(ArtifactReader artifact, ProfileState state) {
    this.artifact = artifact;
    this.state = state;
  }

  /**
   * Opens one.
   *
   * @throws UserException with exit code 2 if it keeps no counts, or its words are not those of the
   *     rules; 3 if it is damaged or no profile
   */
  public static EarlierProfile open(Configuration conf, String folder, ProfilingRules rules)
      throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.ANALYSIS);
    boolean kept =
        artifact.manifest().files().stream()
            .anyMatch(file -> file.path().equals(StoredProfile.STATE));
    if (!kept) {
      throw UserException.configuration(
          "--merge "
              + folder
              + " keeps no counts that text can be added to: make it with seqlm corpus profile"
              + " --keep-counts");
    }
    ProfileState state = artifact.readJson(StoredProfile.STATE, ProfileState.class);
    refuse(folder, "tokenizer", state.tokenizer(), rules.tokenizer());
    refuse(folder, "language", state.language(), rules.spelling());
    refuse(folder, "by", state.by(), rules.by());
    return new EarlierProfile(artifact, state);
  }

  private static void refuse(String folder, String key, Object theirs, Object ours) {
    if (theirs == null ? ours != null : !theirs.equals(ours)) {
      throw UserException.configuration(
          "--merge "
              + folder
              + " was made with "
              + key
              + " "
              + theirs
              + ", but here it is "
              + ours
              + ": give the same, or profile all of the text");
    }
  }

  ProfileState state() {
    return state;
  }

  /** Its manifest's fingerprint. */
  public String fingerprint() {
    return artifact.manifest().fingerprint();
  }

  Place place() {
    return new Place(ArtifactPlace.of(artifact), state.groups().size());
  }

  /** Where tasks find it. */
  record Place(ArtifactPlace artifact, int groups) implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * The words of a part, as rows before those of all ranges.
     *
     * @param codes of its groups in the whole text
     */
    Iterator<Tuple2<WordKey, long[]>> rows(Configuration conf, String part, int[] codes)
        throws IOException {
      ArtifactReader opened = artifact.open(conf, ArtifactKind.ANALYSIS);
      DataInputStream in = new DataInputStream(opened.openVerified(part));
      TaskEnd.close(in);
      return new Rows(in, groups, codes);
    }
  }

  /** A row for each group of each word. */
  private static final class Rows implements Iterator<Tuple2<WordKey, long[]>> {
    private final DataInputStream in;
    private final int groups;
    private final int[] codes;
    private CountedWord word;
    private int at;
    private boolean over;

    Rows(DataInputStream in, int groups, int[] codes) {
      this.in = in;
      this.groups = groups;
      this.codes = Arrays.copyOf(codes, codes.length);
    }

    @Override
    public boolean hasNext() {
      try {
        while (!over && (word == null || at == word.groups().length)) {
          word = CountedWord.read(in, groups);
          at = 0;
          if (word == null) {
            over = true;
            in.close(); // which checks all that was read
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return !over;
    }

    @Override
    public Tuple2<WordKey, long[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      // No document goes on from there, and none goes on there: its documents are no one else's.
      long[] row = {word.counts()[at], word.documents()[at], -1, 0, word.firsts()[at]};
      WordKey key = new WordKey(word.utf8(), codes[word.groups()[at]], word.firsts()[at]);
      at++;
      return new Tuple2<>(key, row);
    }
  }
}
