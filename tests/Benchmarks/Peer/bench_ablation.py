"""What bench.py has no row for: four arms and three seeds (the model as it is, refined, tuned, refined and tuned), every cell from the
model's files to its last number, each a quarter of bench.py's pipeline.

usage: run bench_ablation.py --peer DIR MODEL_DIR [--threads 2] [--tuned]
DIR holds bench.py, whose functions this uses. Prints the line of bench.py.
"""
import importlib.util, itertools, resource, sys, time, json

where = sys.argv.index('--peer'); peer = sys.argv[where+1]; del sys.argv[where:where+2]
tuned = '--tuned' in sys.argv
sys.argv = [sys.argv[0], *[x for x in sys.argv[1:] if x not in ('--only', 'ablation')], '--only', 'gemm']
spec = importlib.util.spec_from_file_location('bench', peer + '/bench.py'); bench = importlib.util.module_from_spec(spec); spec.loader.exec_module(bench)
batches = bench.refine_batches


def cell(seed, refined, tunes):
    model = bench.load()
    if refined:
        bench.refine_batches = lambda n: itertools.islice(batches(n + 8*seed), 8*seed, None)
        bench.refine(model, 8)
    if tunes:
        for q in model.parameters(): q.requires_grad = False
        if tuned: model = model.to(bench.torch.bfloat16)
        model = bench.lora(model); rows = bench.work('sft')[64*seed:64*seed+64]
        bench.train(model, [q for q in model.parameters() if q.requires_grad], [bench.sft_batch(rows[i:i+16]) for i in range(0, 64, 16)], 5e-4, bench.sft_loss)
        model = model.merge_and_unload()
    bench.answer(model, 32, 16)
    return sum(bench.score(model, 100))


t = time.perf_counter()
sums = {(arm, seed): cell(seed, *arm) for arm in ((False, False), (True, False), (False, True), (True, True)) for seed in range(3)}
print(json.dumps(dict(name='ablation of 4 arms x 3 seeds' + (' (tuned)' if tuned else ''), seconds=(s := round(time.perf_counter()-t, 4)), all=[s], tokens=0,
                      result=[sums[(False, False), 0], *[sums[(True, False), k] for k in range(3)]],
                      peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, threads=bench.a.threads)), flush=True)
