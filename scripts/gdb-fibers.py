# The calls of a running telamon, in gdb:
#
#	gdb -p PID -x scripts/gdb-fibers.py
#	(gdb) fibers		every call, its fiber, and what it waits for
#	(gdb) fiber 2 bt	a command on the stack of a parked one; "fiber all bt" for each
#
# Works on a program built with symbols (make KIND=debug), on x86-64 and AArch64 with the
# ucontext backend; with the threads backend `thread apply all bt` does the same. "fibers" also
# reads a core file; "fiber" sets registers for a moment, which needs a live process. The loop
# is found as a variable of a frame, or named: fibers my_loop
import gdb


def registers(context):
    """The saved registers of a fiber that has yielded, by gdb's names."""
    mc = context['uc_mcontext']
    arch = gdb.selected_inferior().architecture().name()
    if 'x86-64' in arch:
        g = mc['gregs']
        places = {'rbx': 11, 'rbp': 10, 'r12': 4, 'r13': 5, 'r14': 6, 'r15': 7, 'rsp': 15, 'rip': 16}
        return {name: int(g[at]) for name, at in places.items()}
    if 'aarch64' in arch:
        regs = {'x%d' % n: int(mc['regs'][n]) for n in range(19, 31)}
        regs.update({'sp': int(mc['sp']), 'pc': int(mc['pc'])})
        return regs
    raise gdb.GdbError('fibers: no knowledge of ' + arch)


def text(value, otherwise):
    return otherwise if int(value) == 0 else value.string(errors='replace')


def find_loop(expression):
    """struct loop *: as asked for, else a variable of that type in a frame of any thread."""
    if expression:
        return gdb.parse_and_eval(expression)
    wanted = gdb.lookup_type('struct loop').pointer()
    for thread in gdb.selected_inferior().threads():
        thread.switch()
        frame = gdb.newest_frame()
        while frame is not None:
            try:
                block = frame.block()
            except RuntimeError:
                block = None
            while block is not None:
                for symbol in block:
                    if not (symbol.is_variable or symbol.is_argument):
                        continue
                    if symbol.type.strip_typedefs() != wanted:
                        continue
                    value = symbol.value(frame) if symbol.needs_frame else symbol.value()
                    if not value.is_optimized_out and int(value) != 0:
                        return value
                block = None if block.function is not None and block.is_static else block.superblock
            frame = frame.older()
    raise gdb.GdbError('fibers: no struct loop * in sight; say which: fibers EXPRESSION')


def runs(loop):
    run = loop['runs']
    while int(run) != 0:
        yield run
        run = run['next']


class Kept:
    """The thread and frame as they were."""

    def __enter__(self):
        self.thread = gdb.selected_thread()
        self.frame = gdb.selected_frame() if self.thread is not None else None

    def __exit__(self, *error):
        if self.thread is not None:
            self.thread.switch()
            if self.frame is not None and self.frame.is_valid():
                self.frame.select()


class Fibers(gdb.Command):
    """fibers [LOOP]: every call with its fiber and what it waits for."""

    def __init__(self):
        super().__init__('fibers', gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        with Kept():
            loop = find_loop(argument)
            print('%d calls in flight, at most %d' % (int(loop['calls']), int(loop['max_calls'])))
            for number, run in enumerate(runs(loop), 1):
                call = run['call']
                state = 'parked' if run['parked'] else 'runs'
                if run['queued']:
                    state = 'ready'
                flags = [f for f in ('cancelled', 'wake_pending') if run[f]]
                print('%3d  %-6s %s%s (%s)  fiber %#x  waits for: %s%s' % (
                    number, state, 'child of ' if int(call['parent']) else '', text(call['name'], '?'),
                    text(call['id'], '?'), int(run['fiber']), text(run['waiting_for'], 'nothing'),
                    '  [%s]' % ', '.join(flags) if flags else ''))


class Fiber(gdb.Command):
    """fiber NUMBER COMMAND: runs a command (such as bt) on the stack of a parked call.
fiber all COMMAND: on each."""

    def __init__(self):
        super().__init__('fiber', gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        which, _, command = argument.partition(' ')
        with Kept():
            loop = find_loop('')
            known = list(runs(loop))
            if which == 'all':
                numbers = range(1, len(known) + 1)
            elif which.isdigit() and 1 <= int(which) <= len(known):
                numbers = [int(which)]
            else:
                raise gdb.GdbError('fiber: a number of the list that "fibers" prints, or all')
            for number in numbers:
                self.on_stack(number, known[number - 1], command or 'bt')

    def on_stack(self, number, run, command):
        print('--- %d: %s' % (number, text(run['call']['name'], '?')))
        fiber = run['fiber']
        if int(fiber['stack']) == 0:
            print('runs on a thread: thread apply all %s' % command)
            return
        if not run['parked']:
            print('does not wait: it is on the stack of its thread')
            return
        if int(fiber['context']['uc_stack']['ss_sp']) == 0:
            return
        wanted = registers(fiber['context'])
        gdb.newest_frame().select()
        before = {name: int(gdb.parse_and_eval('(unsigned long)$' + name)) for name in wanted}
        try:
            self.set(wanted)
            gdb.execute(command)
        finally:
            self.set(before)

    @staticmethod
    def set(values):
        # the stack pointer first: gdb then forgets the frames that it knows
        for name in sorted(values, key=lambda n: n not in ('rsp', 'sp')):
            gdb.execute('set $%s = %d' % (name, values[name]), to_string=True)


Fibers()
Fiber()
