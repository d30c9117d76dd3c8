package org.seqlm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTableTest {
  @Test
  void cellsAreWrappedAtWordsAndRemediesStandBelow() {
    String table =
        FindingTable.of(
            List.of(
                Finding.ok("cores", "driver", "2 cores"),
                Finding.fail(
                    "local disks",
                    "executor 1 on somewhere",
                    "/data: this user may not write to it, however often it is tried",
                    "name a folder that this user may write to")),
            80);
    assertThat(table)
        .isEqualTo(
            """
            ok    cores        driver                2 cores
            FAIL  local disks  executor 1 on         /data: this user may not write to it,
                               somewhere             however often it is tried
                                                     -> name a folder that this user may
                                                        write to

            1 ok, 0 warnings, 1 failed
            """);
    assertThat(table.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void aLongWordIsALineOfItsOwn() {
    assertThat(FindingTable.wrapped("at /a/b/c/d/e/f now", 6))
        .containsExactly("at", "/a/b/c/d/e/f", "now");
    assertThat(FindingTable.wrapped("", 6)).containsExactly("");
  }
}
