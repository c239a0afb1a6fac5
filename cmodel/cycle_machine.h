/* SPDX-License-Identifier: Apache-2.0
 *
 * The control of the hardware, cycle by cycle: what is in which register, without the data. Here are the blocks
 * that all engines have and the place where an engine puts its own: cycle_step.c moves the former,
 * cycle_step_elsa.c, cycle_step_a3.c and cycle_step_lisa.c the latter. Each struct is a block of rtl/, each field a register there
 * or the cycle in which a delay line gives something out. docs/cycles.md names the constants.
 */
#ifndef KS_CYCLE_MACHINE_H
#define KS_CYCLE_MACHINE_H

#include "cycle_program.h"

/* Things that come out of a delay line or a queue in order, each visible from a cycle on. Zeroed = empty. */
struct ks_line {
  int64_t *visible;
  size_t head, tail, room;
};

void ks_line_push(struct ks_line *line, int64_t cycle);
bool ks_line_ready(const struct ks_line *line, int64_t now);
bool ks_line_pop(struct ks_line *line, int64_t now);

/* ks_read_out, of A3 and LISA. */
struct ks_cycle_read_out {
  bool fresh;
  int left;                /* candidates of all queries in it */
  size_t built, query;     /* queries that came in; the one that is read out */
  int candidates_left;     /* of that; 0: not looked at yet */
  struct ks_line readable; /* queries whose first candidate shows */
};

struct ks_cycle_query {
  const struct ks_step *step;
  size_t number; /* in its command */
  int context;
  bool last;
};

struct ks_cycle_context {
  bool active;
  int page, slot;
};

/* ks_weigh: the queue before the accumulators, and these. */
struct ks_cycle_bank {
  int credit;
  struct ks_line pushed;
  size_t popping; /* the query of the next pop */
  int to_pop;     /* entries of it still to pop; 0: not looked at yet */
  int pipe[8];    /* pipe[i]: a last entry that is i advances from done */
  bool done, held;
  struct ks_line terms; /* queries whose exponents wait for the merge */
};

/* What one cycle decides from the registers as they stand, before any of them moves. */
struct ks_wires {
  bool go, multiply, made, stored, shift, merge_start, release;
  bool row_done, query_done;  /* the engine takes the row of K and V, the row of Q, that waits */
  bool take_row, take_query;  /* one is taken from the streams */
  bool summed[KS_MAX_BANKS];  /* a query's last entry is popped */
  bool issue[KS_MAX_BANKS];   /* the engine issues an entry to the bank's queue */
  bool pop[KS_MAX_BANKS], enable[KS_MAX_BANKS], copy[KS_MAX_BANKS];
};

struct ks_cycle_machine;

/* An engine: from the rows that wait to the queues before the accumulators. */
struct ks_front {
  void (*decide)(struct ks_cycle_machine *m, struct ks_wires *w); /* row_done, take_query, issue */
  void (*move)(struct ks_cycle_machine *m, const struct ks_wires *w);
  bool (*stored)(const struct ks_cycle_machine *m);    /* nothing of a LOAD's rows is on its way */
  bool (*attending)(const struct ks_cycle_machine *m); /* what is charged to attend, and to select */
  bool (*selecting)(const struct ks_cycle_machine *m);
  int (*entries)(const struct ks_cycle_machine *m, size_t query, int bank); /* that the bank pops of a query */
  void (*begin)(struct ks_cycle_machine *m); /* after reset, from a zeroed machine */
  void (*start_load)(struct ks_cycle_machine *m, const struct ks_step *step);
  void (*finish)(struct ks_cycle_machine *m); /* frees */
  /* A command with queries, or an instruction, may start; it does. */
  bool (*ready)(const struct ks_cycle_machine *m, const struct ks_step *step);
  void (*start)(struct ks_cycle_machine *m, const struct ks_step *step, int context);
  bool (*may_sum)(const struct ks_cycle_machine *m); /* queued entries may be popped */
};
extern const struct ks_front ks_front_elsa, ks_front_a3, ks_front_lisa;

/* Of A3 and LISA: what became of a query, and whether it is exact. */
const struct ks_searched *ks_searched_of(const struct ks_cycle_machine *m, size_t query);
bool ks_query_is_exact(const struct ks_cycle_machine *m, size_t query);

/* ks_read_out: a query may come in; a candidate shows; a query comes in (`load`), and the candidate at hand,
 * which may be the last of its query, is taken. */
bool ks_read_out_has_room(const struct ks_cycle_read_out *r);
bool ks_read_out_shows(const struct ks_cycle_machine *m, struct ks_cycle_read_out *r);
void ks_read_out_move(const struct ks_cycle_machine *m, struct ks_cycle_read_out *r, bool load,
                      bool taken);

/* A row is taken from the Q stream. */
void ks_cycle_take(struct ks_cycle_machine *m, struct ks_cycle_query query);

/* ks_attend, of ELSA and A3: what their fronts have for `ready`, `start` and `may_sum`; a row is taken if the one that
 * waits is done or there is none; moves. */
bool ks_attend_ready(const struct ks_cycle_machine *m, const struct ks_step *step);
void ks_attend_start(struct ks_cycle_machine *m, const struct ks_step *step, int context);
bool ks_always(const struct ks_cycle_machine *m);
bool ks_attend_takes(const struct ks_cycle_machine *m, bool query_done);
void ks_attend_move(struct ks_cycle_machine *m, const struct ks_wires *w);

struct ks_cycle_elsa {
  /* ks_deal */
  int end_bank[KS_MAX_PAGES];
  int norms_left;
  struct ks_line norms;

  /* hash unit, ks_select */
  int batch;
  bool batch_query;
  bool in_unit, unit_query; /* of this cycle: a row is in the hash unit, it is a query */
  size_t scanned;
  int hash_pending, waiting, word;
  struct ks_line hashed, ready;
  bool slot_free; /* ks_launch */

  /* ks_launch, ks_issue */
  bool launch, finish[KS_MAX_BANKS]; /* of this cycle */
  struct {
    int behind;              /* queries launched and not finished issuing */
    struct ks_line launched; /* those that it may begin to issue */
    size_t issuing;          /* the query of the next issue */
    int left;                /* entries of it still to issue; 0: not looked at yet */
    bool ask;                /* a norm takes this cycle's issue */
  } banks[KS_MAX_BANKS];
};

struct ks_cycle_a3 {
  int64_t last_row; /* the cycle in which a row was taken last */

  /* ks_greedy */
  int start;            /* bit of start_q that is set, -1: none */
  size_t started, stepping; /* queries that launched, entered */
  int left;             /* steps */
  bool last1, last2, is_built;
  bool en, step, load;  /* of this cycle */

  struct ks_cycle_read_out read_out;

  /* ks_score_keys */
  bool first, mean;
  int waiting;
  bool key_go, key_first, key_last; /* of this cycle */
  struct ks_line scores;

  /* ks_filter, the side of the scores */
  int open, held, kept;
  size_t scored, fate; /* the query of the next score, the number of the score in it */
  struct ks_line records;

  /* the walk */
  size_t walked;      /* the query that is walked through */
  size_t place;       /* its candidate looked at next */
  bool placed;        /* `place` is set for the query at hand */
  bool entry, entry_end, entry_used;
  bool advance, leave; /* of this cycle */
};

struct ks_cycle_group {
  const struct ks_step *step;
  int first, count; /* queries of the step */
  int context;
  bool last;        /* of its context */
};

enum { KS_WAITING = 8, KS_STAGES = 4, KS_LISTS_MOST = 16 };

struct ks_cycle_lisa {
  int64_t last_row; /* the cycle in which a row was taken last */

  /* ks_sequencer */
  const struct ks_step *program;
  int program_context, program_next; /* the query that its next group begins with */
  int step, round[KS_STAGES]; /* queries of the group at each step; 0: none */
  struct ks_cycle_group group; /* at step PREDICT */

  int permits[KS_STAGES]; /* ks_permit */

  /* ks_gather */
  struct ks_cycle_group waiting[KS_WAITING]; /* PREDICTs */
  int waiting_count, taken, held, slots;     /* taken: rows of the first of them; slots: taken of ks_score_keys */
  struct ks_cycle_group complete[2];
  int complete_count;

  /* ks_predict */
  int beats_left, reads_left;
  int lists_left[KS_LISTS_MOST]; /* of each group its lists not fetched */
  int groups;
  bool fetched;
  struct ks_line written;
  bool start, fetch, load; /* of this cycle */

  struct ks_cycle_read_out read_out;

  /* ks_score_keys */
  bool first, mean;
  bool key_go, key_first, key_last, mean_go; /* of this cycle */

  /* ks_top_q */
  int entries, queries;    /* places taken */
  struct ks_line decided;
  size_t leaving;          /* the query whose entries leave the ring */
  int left, given;         /* entries of it that left, that are used */
  bool entry, entry_used, entry_end, entry_last; /* in the memory's output register; the query's last, last used */
  bool leave, gone;        /* of this cycle */
};

/* Registers from the multipliers of ks_divide to its rows, which wait for nothing; cycles from a mean row's last
 * pass through them to its being made. */
enum { KS_DIVIDE_TAIL = 3, KS_MEAN_TAIL = 3 };

struct ks_cycle_machine {
  const struct ks_clock *clock;
  const struct ks_config *c;
  const struct ks_sizes *s;
  const struct ks_front *front;
  int64_t now;

  /* ks_command */
  size_t next_step; /* the one in the register, once `pending` */
  bool pending;
  struct ks_cycle_context contexts[KS_MAX_CONTEXTS];
  int next_context;

  /* ks_load */
  bool load_busy, row_valid, made;
  int load_page, rows_left;

  /* ks_mean */
  int reciprocal_steps, making; /* making: cycles until the row is made, that one included */
  bool requested;
  int spare, page_slot[KS_MAX_PAGES];

  /* ks_attend */
  const struct ks_step *attend;
  int attend_left, attend_number, attend_context;
  bool query_valid;

  /* queries, in order of the Q stream */
  struct ks_cycle_query *queries;
  size_t query_room, query_count; /* rows taken from the stream */
  size_t merged;

  struct ks_cycle_bank banks[KS_MAX_BANKS];

  struct ks_line shifts; /* ks_merge_shifts: queries whose shifts are known */

  /* ks_merge, ks_divide: advances */
  bool merge_busy;
  int part;
  int divide[64]; /* divide[i]: a row's last part that is i advances from the output row */
  bool row_out;
  int64_t owed;

  union {
    struct ks_cycle_elsa elsa;
    struct ks_cycle_a3 a3;
    struct ks_cycle_lisa lisa;
  };
};

#endif
