// What people choose first and attackers guess first, in lower case and without digits at the end, which weak.ts takes
// away before it looks here. Written for this box: words of many languages, names, teams, keyboards, phrases.
export const commonPasswords: readonly string[] = `
password passwort passwd passw0rd contrasena motdepasse senha parola heslo haslo wachtwoord salasana losenord adgangskode
kennwort geheim secret secreto default admin administrator root toor user guest test tester testing demo temp changeme
change letmein welcome willkommen bienvenue bienvenido login logon access open opensesame master system server router
internet wifi wireless network computer laptop desktop windows linux ubuntu debian apple macbook iphone android samsung
google facebook youtube netflix amazon microsoft nintendo playstation xbox minecraft fortnite pokemon pikachu zelda mario
starwars startrek superman batman spiderman ironman avengers matrix hacker ninja samurai dragon phoenix unicorn monster
qwerty qwertz azerty qwertyui qwertyuiop asdf asdfgh asdfghjk asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc wasd poiuytrewq
lkjhgfdsa mnbvcxz abcd abcdef abcdefgh abcdefg aabbcc aaaa abcabc abc1234 a1b2c3d4 a1b2c3 1a2b3c4d q1w2e3r4 1q2w3e4r 1qaz2wsx zaq12wsx
qwer1234 asdf1234 abcd1234 1234qwer 1234abcd 123qweasd 123456789a 12345678a 123456a a123456 a12345678 a123456789 q123456
woaini woaini1314 5201314 5201314520 1314520 520520520 123123123 147258369 159357159 741852963 963852741 789456123 987654321 11223344
112233445566 123321123 12341234 13131313 31415926 271828182 00000000 88888888 66666666 99999999 11111111 19841984 20202020
love iloveyou loveyou iloveme loveme mylove lovers lovely sweetheart darling honey honeybee baby babygirl babyboy angel
angels princess prince queen king sunshine sunflower rainbow butterfly flower flowers rose roses lily jasmine daisy summer
winter spring autumn january february march april june july august september october november december monday tuesday
wednesday thursday friday saturday sunday morning midnight moonlight starlight diamond crystal silver golden gold platinum
football fussball soccer baseball basketball hockey tennis cricket rugby golf swimming runner cycling skateboard surfing
liverpool arsenal chelsea everton manchester barcelona realmadrid juventus bayern dortmund yankees lakers cowboys steelers
eagles rangers packers broncos dolphins raiders redskins patriots celtics
michael jennifer jessica jordan michelle daniel thomas robert matthew andrew joshua christopher nicholas anthony william
alexander alexandra samantha elizabeth stephanie nicole amanda ashley hannah charlotte sophie olivia emma maria sandra
andrea monica claudia martina katrin stefan andreas sebastian maximilian florian dominik benjamin jonathan patrick
charlie george harley hunter buster tigger ginger cookie cookies pepper bailey maggie sophia bandit buddy lucky shadow
snoopy garfield mickey minnie winnie simba nala bambi felix kitty kitten puppy doggy dogs cats tiger lion bear wolf eagle
falcon hawk horse pony monkey rabbit bunny turtle dolphin shark penguin panda koala elephant chicken banana orange cherry
peach apples strawberry blueberry chocolate cheese coffee pizza burger pancake butter sugar cupcake
freedom forever friends friendship family mother father mommy daddy mama papa brother sister grandma grandpa children
jesus jesuschrist christ heaven blessed church faith hope peace grace trustno trustnoone whatever nothing something
anything everything nobody somebody hello helloworld goodbye thankyou please sorry bonjour salut ciao hallo servus hola
nihao konichiwa namaste privet zdravstvuj merhaba
mustang corvette porsche ferrari mercedes bmw audi toyota honda yamaha suzuki kawasaki harleydavidson camaro chevrolet
london paris berlin munich hamburg vienna madrid rome milano moscow tokyo beijing shanghai newyork chicago boston dallas
texas florida california canada germany deutschland schweiz austria england scotland ireland france espana italia brasil
mexico argentina india china japan australia
blink metallica nirvana slipknot greenday linkinpark beatles eminem rockstar music guitar piano drummer singer
purple yellow green blue red black white pink orange1 silver1 blackberry bluesky
computer1 superstar supergirl superuser gandalf frodo merlin hobbit hogwarts harrypotter potter voldemort skywalker vader
yoda jedi terminator rocky rambo bond jamesbond einstein newton darwin napoleon spartan warrior knight wizard magic
killer death devil satan danger cowboy pirate soldier ranger sniper trigger bullet
jackpot casino poker money dollar million business office company manager student teacher school college university
doctor nurse police fireman engineer scientist driver
correcthorsebatterystaple thequickbrownfox lorem loremipsum foobar foobarbaz asdfasdf qweqwe qweasd qweasdzxc zxczxc
zhimakaimen mima mimamima wodemima woaiwojia
hearth hob homeserver homebox household smarthome assistant chatgpt openai claude llama mistral
`
  .trim()
  .split(/\s+/)
